#include "passes/requantization.h"

#include "ir/fixed_point.h"
#include "ir/ops/requantize.h"
#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

RequantizeAttributes attributes_of(const RescaleAttributes& rescale, FixedPoint fixed) {
  RequantizeAttributes result;
  result.multiplier = std::move(fixed.multiplier);
  result.addend = std::move(fixed.addend);
  result.shift = fixed.shift;
  result.rounding = rescale.rounding;
  result.element = rescale.element;
  result.range = rescale.range;
  result.scale = rescale.scale;
  result.zero_point = rescale.zero_point;
  result.axis = rescale.axis;
  return result;
}

void report_inexact(const Graph& graph, NodeId id, const Deviation& deviation, Diagnostics& diagnostics) {
  Diagnostic note = problem_at(
      graph, id, "requantization.inexact",
      fmt::format("no 32-bit multiplier is exact for every accumulator value: {} values differ, by {} at most",
                  deviation.differing, deviation.largest));
  note.severity = Severity::note;
  note.kind = ProblemKind::numbers;
  note.hint = "use power-of-two scales, or fewer bits in the result";
  diagnostics.add(std::move(note));
}

// What the producer of a sum knows about each channel. Nothing where it knows no more than the type says.
std::vector<IntegerRange> channel_intervals(const Graph& graph, ValueId value) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  if (!producer || !graph.node(*producer).op->channel_ranges) return {};
  const Node& node = graph.node(*producer);
  const std::vector<ValueType> types = graph.operand_types(*producer);
  std::vector<const Tensor*> constants;
  for (const ValueId operand : node.operands)
    constants.push_back(graph.constant(operand));
  return node.op->channel_ranges({node.attributes, types, constants});
}

void replace(Graph& graph, const OpDefinition& requantize, NodeId id, PassContext& context) {
  const Node node = graph.node(id);
  const auto& rescale = node.attributes.as<RescaleAttributes>();
  const IntegerRange interval = range_of(graph.type(node.operands[0]));
  constexpr std::int64_t limit = std::int64_t{1} << 62;
  if (interval.min < -limit || interval.max > limit) {
    context.diagnostics.add(problem_at(graph, id, "requantization.interval",
                                       "the operand's values are not proven to fit in 63 bits",
                                       "narrow the ranges of the layer's input and weights"));
    return;
  }
  FixedPointChoice choice = choose_fixed_point({rescale.ratio, rescale.offset, rescale.rounding, rescale.range,
                                                interval, channel_intervals(graph, node.operands[0])});
  const auto added = graph.add_node(requantize, Attributes::of(attributes_of(rescale, std::move(choice.fixed))),
                                    node.operands, node.origin, id, {{graph.value(node.results[0]).name}});
  if (const OpError* error = std::get_if<OpError>(&added)) {
    context.diagnostics.add(problem_at(graph, id, "requantization.numbers", error->reason, error->hint));
    return;
  }
  if (choice.deviation != Deviation{}) report_inexact(graph, id, choice.deviation, context.diagnostics);
  graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(added)).results[0]);
  graph.erase_node(id);
}

Changed run(Graph& graph, PassContext& context) {
  const OpDefinition* requantize = context.ops.find("requantize");
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    if (graph.node(id).attributes.holds<RescaleAttributes>()) replace(graph, *requantize, id, context);
  }
  if (graph.order() == order) return Changed::no;
  // An inexact choice can reach other ends of a range than the exact numbers.
  update_types(graph, context.diagnostics);
  return Changed::yes;
}

} // namespace

void register_requantization(PassRegistry& registry) {
  registry.add({"requantization", "chooses proven multipliers, addends and shifts for exact rescales", run});
}

} // namespace tilewright
