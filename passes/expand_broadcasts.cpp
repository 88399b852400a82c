#include "passes/expand_broadcasts.h"

#include "ir/ops/gather.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

// The only operand that is computed.
std::optional<ValueId> computed_operand(const Graph& graph, const Node& node) {
  std::optional<ValueId> found;
  for (const ValueId operand : node.operands) {
    if (graph.constant(operand)) continue;
    if (found) return std::nullopt;
    found = operand;
  }
  return found;
}

// Whether the value is a dequantization, or views and functions of one alone.
bool is_dequantized(const Graph& graph, ValueId value) {
  std::optional<NodeId> producer = graph.value(value).producer;
  while (producer && (graph.node(*producer).op->traits.shape_only || graph.node(*producer).op->traits.pointwise)) {
    if (graph.node(*producer).op->traits.dequantizer) return true;
    const std::optional<ValueId> operand = computed_operand(graph, graph.node(*producer));
    if (!operand) return false;
    producer = graph.value(*operand).producer;
  }
  return producer && graph.node(*producer).op->traits.dequantizer;
}

// The operand with every axis as long as the result's; the operand itself where nothing has to be done, or can be.
ValueId expanded(Graph& graph, const OpDefinition& gather, NodeId id, ValueId operand) {
  const Shape to = graph.type(graph.node(id).results[0]).shape;
  const Shape from = graph.type(operand).shape;
  if (from.size() != to.size() || from == to || graph.constant(operand) || !is_dequantized(graph, operand)) {
    return operand;
  }
  for (std::size_t axis = 0; axis < to.size(); ++axis) {
    if (from[axis] == to[axis]) continue;
    GatherAttributes all{static_cast<std::int64_t>(axis),
                         std::vector<std::int64_t>(static_cast<std::size_t>(to[axis]), 0)};
    const auto added = graph.add_node(gather, Attributes::of(std::move(all)), {operand}, graph.node(id).origin, id,
                                      {{graph.value(operand).name}});
    operand = graph.node(std::get<NodeId>(added)).results[0];
  }
  return operand;
}

Changed run(Graph& graph, PassContext& context) {
  Changed changed = Changed::no;
  const OpDefinition& gather = *context.ops.find("gather");
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const Node node = graph.node(id);
    if (!node.op->traits.pointwise || node.results.size() != 1 || !is_real(graph.type(node.results[0]))) continue;
    std::vector<ValueId> operands;
    for (const ValueId operand : node.operands)
      operands.push_back(expanded(graph, gather, id, operand));
    if (operands == node.operands) continue;
    const auto added = graph.add_node(*node.op, node.attributes, std::move(operands), node.origin, id,
                                      {{graph.value(node.results[0]).name}});
    graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(added)).results[0]);
    graph.erase_node(id);
    changed = Changed::yes;
  }
  return changed;
}

} // namespace

void register_expand_broadcasts(PassRegistry& registry) {
  registry.add({"expand_broadcasts", "repeats what element-wise ops of integers' meaning broadcast", run});
}

} // namespace tilewright
