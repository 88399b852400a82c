#include "frontend/import_state.h"

#include <algorithm>

namespace tilewright {

bool ImportState::is_unknown(const std::string& name) const {
  const auto position = names_.find(name);
  return position != names_.end() && !position->second;
}

// Nodes are added with operands that exist, so ids below `id` are all that it can depend on: one pass in order of the
// ids settles everything, without recursion over a chain that a model may make as long as it likes.
bool ImportState::is_constant(ValueId id) const {
  while (constant_.size() <= id.index) {
    const Value& value = graph_.value({static_cast<std::uint32_t>(constant_.size())});
    bool constant = value.constant.has_value();
    if (value.producer) {
      constant = std::ranges::all_of(graph_.node(*value.producer).operands,
                                     [this](ValueId operand) { return constant_[operand.index].value_or(false); });
    }
    constant_.push_back(constant);
  }
  return constant_[id.index].value_or(false);
}

const Tensor* ImportState::data(ValueId id) const {
  if (const Tensor* constant = graph_.constant(id)) return constant;
  const auto position = evaluated_.find(id);
  return position == evaluated_.end() ? nullptr : &position->second;
}

const Tensor* ImportState::evaluate(ValueId id) {
  std::vector<ValueId> pending{id};
  while (!pending.empty()) {
    const ValueId current = pending.back();
    if (data(current)) {
      pending.pop_back();
      continue;
    }
    const NodeId producer = *graph_.value(current).producer;
    const std::size_t before = pending.size();
    for (const ValueId operand : graph_.node(producer).operands) {
      if (!data(operand)) pending.push_back(operand);
    }
    if (pending.size() == before && !evaluate_node(producer)) return nullptr;
  }
  return data(id);
}

bool ImportState::evaluate_node(NodeId id) {
  const Node& node = graph_.node(id);
  const std::vector<ValueType> operand_types = graph_.operand_types(id);
  const std::vector<ValueType> result_types = graph_.result_types(id);
  for (const ValueType& type : result_types)
    evaluated_elements_ += element_count(type.shape).value_or(0);
  // A product or a window can be far more work than its result shows.
  constexpr std::int64_t steps_like_an_element = 16;
  evaluated_elements_ +=
      node.op->work({node.attributes, {}, operand_types, result_types}).multiply_accumulates / steps_like_an_element;
  if (evaluated_elements_ > limits_.elements || !node.op->evaluate) return false;
  std::vector<const Tensor*> operands;
  for (const ValueId operand : node.operands)
    operands.push_back(data(operand));
  std::vector<Tensor> results = node.op->evaluate({node.attributes, operands, operand_types, result_types});
  for (std::size_t i = 0; i < results.size(); ++i)
    evaluated_.insert_or_assign(node.results[i], std::move(results[i]));
  return true;
}

bool ImportState::reserve_list(std::int64_t count) {
  constexpr std::int64_t share = 16; // of what one tensor may have
  if (count < 0 || count > limits_.elements / share) return false;
  listed_entries_ += count;
  return listed_entries_ <= limits_.elements / share;
}

int ImportState::narrow_bits(ValueId id) const {
  const auto position = narrow_bits_.find(id);
  return position == narrow_bits_.end() ? 0 : position->second;
}

void ImportState::add_residue(double steps, const std::string& tensor) {
  ++residue_.tensors;
  if (steps <= residue_.steps) return;
  residue_.steps = steps;
  residue_.tensor = tensor;
}

} // namespace tilewright
