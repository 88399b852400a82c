#include "passes/narrow_rescales.h"

#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <set>

namespace tilewright {

namespace {

const RescaleAttributes* rescale_at(const Graph& graph, NodeId id) {
  const Attributes& attributes = graph.node(id).attributes;
  return attributes.holds<RescaleAttributes>() ? &attributes.as<RescaleAttributes>() : nullptr;
}

bool is_output(const Graph& graph, ValueId value) {
  return std::ranges::any_of(graph.outputs(), [&](const GraphOutput& output) { return output.value == value; });
}

// Whether the integers themselves are what the model gives, whose type is the model's.
bool leads_to_output(const Graph& graph, ValueId first) {
  std::vector<ValueId> open{first};
  std::set<ValueId> seen;
  while (!open.empty()) {
    const ValueId value = open.back();
    open.pop_back();
    if (!seen.insert(value).second) continue;
    if (is_output(graph, value)) return true;
    for (const NodeId user : graph.users(value)) {
      const Node& node = graph.node(user);
      if (node.op->traits.dequantizer || node.op->traits.contraction || rescale_at(graph, user)) continue;
      open.insert(open.end(), node.results.begin(), node.results.end());
    }
  }
  return false;
}

bool changes_no_number(const Graph& graph, NodeId id) {
  const RescaleAttributes& rescale = *rescale_at(graph, id);
  const Node& node = graph.node(id);
  return node.operands.size() == 1 && rescale.ratio == std::vector{Rational(1)} &&
         rescale.offset == std::vector{Rational(0)} && rescale.range.contains(range_of(graph.type(node.operands[0])));
}

// Rescales of one tensor: a sum could come to read a tensor twice.
bool only_rescales_read(const Graph& graph, ValueId value) {
  return !is_output(graph, value) && std::ranges::all_of(graph.users(value), [&](NodeId user) {
    return rescale_at(graph, user) && graph.node(user).operands.size() == 1;
  });
}

void read_operand_of(Graph& graph, NodeId id) {
  const Node node = graph.node(id);
  for (const NodeId user : graph.users(node.results[0])) {
    std::vector<ValueId> operands = graph.node(user).operands;
    std::ranges::replace(operands, node.results[0], node.operands[0]);
    graph.set_operands(user, std::move(operands));
  }
  graph.erase_node(id);
}

bool narrow(Graph& graph, NodeId id) {
  const ValueId result = graph.node(id).results[0];
  const ValueType& type = graph.type(result);
  const ElementType element = narrowest_element(range_of(type));
  if (size_in_bytes(type.element) <= 2 || size_in_bytes(element) >= size_in_bytes(type.element)) return false;
  if (leads_to_output(graph, result)) return false;
  RescaleAttributes narrowed = *rescale_at(graph, id);
  narrowed.element = element;
  narrowed.range = range_of(type);
  graph.set_attributes(id, Attributes::of(std::move(narrowed)));
  return true;
}

Changed run(Graph& graph, PassContext& context) {
  bool changed = false;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    if (!rescale_at(graph, id)) continue;
    if (only_rescales_read(graph, graph.node(id).results[0]) && changes_no_number(graph, id)) {
      read_operand_of(graph, id);
      changed = true;
    } else {
      changed = narrow(graph, id) || changed;
    }
  }
  if (changed) update_types(graph, context.diagnostics);
  return changed ? Changed::yes : Changed::no;
}

} // namespace

void register_narrow_rescales(PassRegistry& registry) {
  registry.add({"narrow_rescales", "removes rescales that change no number, and stores others narrowly", run});
}

} // namespace tilewright
