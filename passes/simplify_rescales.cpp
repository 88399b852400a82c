#include "passes/simplify_rescales.h"

#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

const RescaleAttributes* rescale_at(const Graph& graph, NodeId id) {
  const Attributes& attributes = graph.node(id).attributes;
  return attributes.holds<RescaleAttributes>() ? &attributes.as<RescaleAttributes>() : nullptr;
}

bool only_clamps(const Graph& graph, NodeId id) {
  if (graph.node(id).operands.size() > 1) return false;
  const RescaleAttributes& rescale = *rescale_at(graph, id);
  const auto all_are = [](const std::vector<Rational>& list, const Rational& value) {
    return std::ranges::all_of(list, [&](const Rational& entry_of_list) { return entry_of_list == value; });
  };
  return all_are(rescale.ratio, Rational(1)) && all_are(rescale.offset, Rational(0));
}

// Storage, range and meaning are what they were.
bool changes_nothing(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const ValueType& from = graph.type(node.operands[0]);
  const ValueType& to = graph.type(node.results[0]);
  return from.element == to.element && from.quantization == to.quantization &&
         rescale_at(graph, id)->range.contains(range_of(from));
}

// The rescale that the node is the only reader of.
std::optional<NodeId> rescale_in_front(const Graph& graph, NodeId id) {
  const ValueId operand = graph.node(id).operands[0];
  const std::optional<NodeId> producer = graph.value(operand).producer;
  if (!producer || !rescale_at(graph, *producer) || graph.use_count(operand) != 1) return std::nullopt;
  return producer;
}

bool merge_into(Graph& graph, NodeId front, NodeId id) {
  const Node node = graph.node(id);
  const Node producer = graph.node(front);
  RescaleAttributes merged_attributes = *rescale_at(graph, id);
  const RescaleAttributes& first = *rescale_at(graph, front);
  const IntegerRange outer = merged_attributes.range;
  merged_attributes.ratio = first.ratio;
  merged_attributes.offset = first.offset;
  merged_attributes.rounding = first.rounding;
  merged_attributes.range = {std::clamp(first.range.min, outer.min, outer.max),
                             std::clamp(first.range.max, outer.min, outer.max)};
  const auto added = graph.add_node(*node.op, Attributes::of(merged_attributes), producer.operands,
                                    merged(producer.origin, node.origin), id, {{graph.value(node.results[0]).name}});
  if (!std::holds_alternative<NodeId>(added)) return false;
  graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(added)).results[0]);
  graph.erase_node(id);
  graph.erase_node(front);
  return true;
}

Changed run(Graph& graph, PassContext& context) {
  Changed changed = Changed::no;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const RescaleAttributes* rescale = rescale_at(graph, id);
    if (!rescale || !only_clamps(graph, id)) continue;
    if (changes_nothing(graph, id)) {
      graph.replace_uses(graph.node(id).results[0], graph.node(id).operands[0]);
      graph.erase_node(id);
      changed = Changed::yes;
    } else if (const std::optional<NodeId> front = rescale_in_front(graph, id)) {
      if (merge_into(graph, *front, id)) changed = Changed::yes;
    }
  }
  if (changed == Changed::yes) update_types(graph, context.diagnostics);
  return changed;
}

} // namespace

void register_simplify_rescales(PassRegistry& registry) {
  registry.add({"simplify_rescales", "removes rescales that change nothing and merges those that only clamp", run});
}

} // namespace tilewright
