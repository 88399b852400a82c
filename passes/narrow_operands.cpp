#include "passes/narrow_operands.h"

#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

namespace tilewright {

namespace {

// The same integers in 8 or 16 bits; nothing where they need more, or take no more already.
std::optional<RescaleAttributes> narrowing(const ValueType& type) {
  if (!is_integer(type.element) || size_in_bytes(type.element) <= 2) return std::nullopt;
  const IntegerRange range = range_of(type);
  if (!storage_range(ElementType::int16).contains(range)) return std::nullopt;
  RescaleAttributes same;
  same.range = range;
  same.element = narrowest_element(range);
  if (type.quantization && type.quantization->scales.size() == 1) {
    same.scale = type.quantization->scales;
    same.zero_point = type.quantization->zero_points;
  }
  return same;
}

Changed run(Graph& graph, PassContext& context) {
  std::map<ValueId, ValueId> narrow;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const Node node = graph.node(id);
    if (!node.op->traits.contraction || !is_integer(graph.type(node.results[0]).element)) continue;
    std::vector<ValueId> operands = node.operands;
    ValueId& x = operands[0];
    if (graph.constant(x)) continue;
    if (const auto known = narrow.find(x); known != narrow.end()) {
      x = known->second;
    } else if (const std::optional<RescaleAttributes> same = narrowing(graph.type(x))) {
      const auto added = graph.add_node(*context.ops.find("rescale"), Attributes::of(*same), {x}, node.origin, id,
                                        {{graph.value(x).name + ".narrow"}});
      if (!std::holds_alternative<NodeId>(added)) continue;
      narrow.emplace(x, graph.node(std::get<NodeId>(added)).results[0]);
      x = narrow.at(x);
    } else {
      continue;
    }
    graph.set_operands(id, std::move(operands));
  }
  if (narrow.empty()) return Changed::no;
  update_types(graph, context.diagnostics);
  return Changed::yes;
}

} // namespace

void register_narrow_operands(PassRegistry& registry) {
  registry.add(
      {"narrow_operands", "sums that nothing made narrower reach contractions in as few bits as they need", run});
}

} // namespace tilewright
