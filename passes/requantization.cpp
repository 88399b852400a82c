#include "passes/requantization.h"

#include "ir/affine_form.h"
#include "ir/fixed_point.h"
#include "ir/fixed_point_sum.h"
#include "ir/ops/requantize.h"
#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

struct Choice {
  RequantizeAttributes numbers; // multipliers, addends and shifts only
  Deviation deviation;
};

RequantizeAttributes attributes_of(const RescaleAttributes& rescale, RequantizeAttributes numbers) {
  RequantizeAttributes result = std::move(numbers);
  result.rounding = rescale.rounding;
  result.element = rescale.element;
  result.range = rescale.range;
  result.scale = rescale.scale;
  result.zero_point = rescale.zero_point;
  result.axis = rescale.axis;
  return result;
}

Choice choose_for_one(const Graph& graph, const Node& node) {
  const auto& rescale = node.attributes.as<RescaleAttributes>();
  FixedPointChoice found =
      choose_fixed_point({rescale.ratio, rescale.offset, rescale.rounding, rescale.range,
                          range_of(graph.type(node.operands[0])), channel_ranges_of(graph, node.operands[0])});
  Choice choice;
  choice.numbers.multiplier = std::move(found.fixed.multiplier);
  choice.numbers.addend = std::move(found.fixed.addend);
  choice.numbers.shift = found.fixed.shift;
  choice.numbers.prior_shift = found.fixed.prior_shift;
  choice.deviation = found.deviation;
  return choice;
}

SumStep sum_step(const Graph& graph, const Node& node) {
  const auto& rescale = node.attributes.as<RescaleAttributes>();
  const std::size_t terms = node.operands.size();
  const std::size_t per_term = rescale.ratio.size() / terms;
  SumStep step;
  step.rounding = rescale.rounding;
  step.range = rescale.range;
  for (const ValueId operand : node.operands)
    step.intervals.push_back(range_of(graph.type(operand)));
  for (std::size_t c = 0; c < std::max(per_term, rescale.offset.size()); ++c) {
    SumChannel channel{{}, entry(rescale.offset, c)};
    for (std::size_t k = 0; k < terms; ++k)
      channel.ratio.push_back(rescale.ratio[k * per_term + (per_term == 1 ? 0 : c)]);
    step.channels.push_back(std::move(channel));
  }
  return step;
}

std::optional<Choice> choose_for_sum(const Graph& graph, const Node& node) {
  const std::optional<SumChoice> found = choose_sum_fixed_point(sum_step(graph, node));
  if (!found) return std::nullopt;
  Choice choice;
  choice.deviation = found->deviation;
  choice.numbers.shift = found->fixed.shift;
  choice.numbers.multiplier.clear();
  choice.numbers.addend.clear();
  for (std::size_t k = 0; k < node.operands.size(); ++k) {
    for (const SumFixedPoint::Channel& channel : found->fixed.channels)
      choice.numbers.multiplier.push_back(channel.multiplier[k]);
  }
  for (const SumFixedPoint::Channel& channel : found->fixed.channels)
    choice.numbers.addend.push_back(channel.addend);
  return choice;
}

// Numbers for the node; else the problem is reported.
std::optional<Choice> choose(const Graph& graph, NodeId id, Diagnostics& diagnostics) {
  const Node& node = graph.node(id);
  const bool sum = node.operands.size() > 1;
  constexpr std::int64_t limit = std::int64_t{1} << 62;
  for (const ValueId operand : node.operands) {
    const IntegerRange interval = range_of(graph.type(operand));
    if (sum ? storage_range(ElementType::int32).contains(interval) : interval.min >= -limit && interval.max <= limit)
      continue;
    diagnostics.add(problem_at(graph, id, "requantization.interval",
                               fmt::format("the operand's values are not proven to fit in {} bits", sum ? 32 : 63),
                               "narrow the ranges of the layer's input and weights"));
    return std::nullopt;
  }
  if (!sum) return choose_for_one(graph, node);
  std::optional<Choice> choice = choose_for_sum(graph, node);
  if (!choice) {
    diagnostics.add(problem_at(
        graph, id, "requantization.sum",
        fmt::format("a sum of {} tensors has too many combinations to prove its numbers exact", node.operands.size()),
        "put quantizers of at most 8 bits in front of the sum, or use power-of-two scales"));
  }
  return choice;
}

void replace(Graph& graph, const OpDefinition& requantize, NodeId id, PassContext& context) {
  const Node node = graph.node(id);
  const auto& rescale = node.attributes.as<RescaleAttributes>();
  std::optional<Choice> found = choose(graph, id, context.diagnostics);
  if (!found) return;
  Choice choice = *std::move(found);
  const auto added = graph.add_node(requantize, Attributes::of(attributes_of(rescale, std::move(choice.numbers))),
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
