#include "ir/graph.h"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>

namespace tilewright {

Origin merged(const Origin& a, const Origin& b) {
  Origin result = a;
  for (const std::string& name : b.nodes) {
    if (std::ranges::find(result.nodes, name) == result.nodes.end()) result.nodes.push_back(name);
  }
  return result;
}

std::string text_of(const Origin& origin) { return fmt::format("{}", fmt::join(origin.nodes, " + ")); }

ValueId Graph::add_input(std::string name, ValueType type) {
  const ValueId id{static_cast<std::uint32_t>(values_.size())};
  values_.push_back({std::move(name), std::move(type), {}, {}});
  inputs_.push_back(id);
  return id;
}

ValueId Graph::add_constant(std::string name, Tensor data, std::optional<Quantization> quantization) {
  ValueType type{data.element(), data.shape(), std::move(quantization), {}};
  if (is_integer(data.element()) && data.count() > 0) type.range = value_range(data);
  const ValueId id{static_cast<std::uint32_t>(values_.size())};
  values_.push_back({std::move(name), std::move(type), {}, std::move(data)});
  return id;
}

std::optional<OpError> Graph::infer(const OpDefinition& op, const Attributes& attributes,
                                    std::span<const ValueId> operands, std::vector<ValueType>& results) const {
  if (operands.size() < op.min_operands || operands.size() > op.max_operands) {
    const std::string expected = op.min_operands == op.max_operands
                                     ? fmt::format("{}", op.min_operands)
                                     : fmt::format("{} to {}", op.min_operands, op.max_operands);
    return OpError{fmt::format("{} has the wrong number of operands", op.name),
                   expected,
                   fmt::format("{}", operands.size()),
                   "",
                   {}};
  }
  std::vector<ValueType> types;
  std::vector<const Tensor*> constants;
  for (const ValueId id : operands) {
    types.push_back(type(id));
    constants.push_back(constant(id));
  }
  return op.infer({attributes, types, constants}, results);
}

std::variant<NodeId, OpError> Graph::add_node(const OpDefinition& op, Attributes attributes,
                                              std::vector<ValueId> operands, Origin origin,
                                              std::optional<NodeId> before, std::vector<std::string> names) {
  std::vector<ValueType> types;
  if (std::optional<OpError> error = infer(op, attributes, operands, types)) return *std::move(error);
  assert(names.empty() || names.size() == types.size());
  const NodeId id{static_cast<std::uint32_t>(nodes_.size())};
  std::vector<ValueId> results;
  for (std::size_t i = 0; i < types.size(); ++i) {
    results.push_back({static_cast<std::uint32_t>(values_.size())});
    std::string name = !names.empty()     ? names[i]
                       : operands.empty() ? op.name
                                          : fmt::format("{}.{}", value(operands.front()).name, op.name);
    values_.push_back({std::move(name), std::move(types[i]), id, {}});
  }
  nodes_.push_back({&op, std::move(attributes), std::move(operands), std::move(results), std::move(origin)});
  const auto position = before ? std::ranges::find(order_, *before) : order_.end();
  order_.insert(position, id);
  return id;
}

const Tensor* Graph::constant(ValueId id) const {
  const std::optional<Tensor>& data = value(id).constant;
  return data ? &*data : nullptr;
}

std::vector<ValueType> Graph::operand_types(NodeId id) const {
  std::vector<ValueType> types;
  for (const ValueId operand : node(id).operands)
    types.push_back(type(operand));
  return types;
}

std::vector<ValueType> Graph::result_types(NodeId id) const {
  std::vector<ValueType> types;
  for (const ValueId result : node(id).results)
    types.push_back(type(result));
  return types;
}

std::vector<NodeId> Graph::users(ValueId id) const {
  std::vector<NodeId> result;
  for (const NodeId candidate : order_) {
    if (std::ranges::find(node(candidate).operands, id) != node(candidate).operands.end()) result.push_back(candidate);
  }
  return result;
}

std::size_t Graph::use_count(ValueId id) const {
  std::size_t count = 0;
  for (const NodeId candidate : order_)
    count += std::ranges::count(node(candidate).operands, id);
  for (const GraphOutput& output : outputs_)
    count += output.value == id ? 1 : 0;
  return count;
}

void Graph::replace_uses(ValueId from, ValueId to) {
  assert(type(from).element == type(to).element && type(from).shape == type(to).shape);
  for (const NodeId id : order_)
    std::ranges::replace(nodes_[id.index].operands, from, to);
  for (GraphOutput& output : outputs_) {
    if (output.value == from) output.value = to;
  }
}

void Graph::replace_uses(const std::map<ValueId, ValueId>& replacements) {
  const auto replace = [&](ValueId& value) {
    for (auto found = replacements.find(value); found != replacements.end(); found = replacements.find(value)) {
      assert(type(value).element == type(found->second).element && type(value).shape == type(found->second).shape);
      value = found->second;
    }
  };
  for (const NodeId id : order_)
    std::ranges::for_each(nodes_[id.index].operands, replace);
  for (GraphOutput& output : outputs_)
    replace(output.value);
}

void Graph::erase_nodes(const std::vector<NodeId>& ids) {
  std::vector<bool> erased(nodes_.size(), false);
  for (const NodeId id : ids)
    erased[id.index] = true;
  std::erase_if(order_, [&](NodeId id) { return erased[id.index]; });
}

void Graph::erase_node(NodeId id) {
  for ([[maybe_unused]] const ValueId result : node(id).results)
    assert(use_count(result) == 0);
  std::erase(order_, id);
}

std::optional<std::pair<NodeId, OpError>> Graph::recompute_types() {
  for (const NodeId id : order_) {
    const Node& current = nodes_[id.index];
    std::vector<ValueType> types;
    if (std::optional<OpError> error = infer(*current.op, current.attributes, current.operands, types)) {
      return std::pair{id, *std::move(error)};
    }
    for (std::size_t i = 0; i < types.size(); ++i)
      values_[current.results[i].index].type = std::move(types[i]);
  }
  return std::nullopt;
}

} // namespace tilewright
