#include "passes/choose_late.h"

#include "passes/pass_support.h"

namespace tilewright {

namespace {

bool is_choice(const Node& node) { return node.op->traits.order_only && node.operands.size() == 1; }

// Views and choices give back numbers as they take them.
bool is_quantized(const Graph& graph, ValueId value) {
  for (std::optional<NodeId> producer = graph.value(value).producer; producer; producer = graph.value(value).producer) {
    const Node& node = graph.node(*producer);
    if (node.op->traits.dequantizer) return true;
    if (!is_choice(node) && !(node.op->traits.shape_only && node.operands.size() == 1)) return false;
    value = node.operands[0];
  }
  return graph.constant(value) != nullptr;
}

bool swap_with_choice(Graph& graph, NodeId id) {
  const Node function = graph.node(id);
  if (!function.op->traits.increasing || !is_real(graph.type(function.results[0]))) return false;
  const ValueId chosen = function.operands[0];
  const std::optional<NodeId> producer = graph.value(chosen).producer;
  if (!producer || !is_choice(graph.node(*producer)) || graph.use_count(chosen) != 1) return false;
  const Node choice = graph.node(*producer);
  if (is_quantized(graph, choice.operands[0])) return false;
  const std::string name = graph.value(function.results[0]).name;
  const ValueId first = added_result(graph, *function.op, function.attributes, choice.operands, function.origin, id,
                                     graph.value(choice.operands[0]).name + "." + function.op->name);
  const ValueId last = added_result(graph, *choice.op, choice.attributes, {first}, choice.origin, id, name);
  graph.replace_uses(function.results[0], last);
  graph.erase_nodes({id, *producer});
  return true;
}

// In topological order: a function behind a function meets the choice behind the first.
Changed run(Graph& graph, PassContext&) {
  bool changed = false;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order)
    changed = swap_with_choice(graph, id) || changed;
  return changed ? Changed::yes : Changed::no;
}

} // namespace

void register_choose_late(PassRegistry& registry) {
  registry.add({"choose_late", "functions that never fall come before the choice of the largest", run});
}

} // namespace tilewright
