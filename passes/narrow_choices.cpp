#include "passes/narrow_choices.h"

#include "ir/ops/requantize.h"
#include "ir/ops/rescale.h"
#include "ir/ops/step_table.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

bool is_negative(const Rational& ratio) { return ratio.sign() < 0; }

struct TurnedSteps {
  RescaleAttributes before; // never falling
  RescaleAttributes behind; // each channel as it was
};

// What has to be added so that a rounding mode gives what its mirror image gives without. All numbers that are rounded
// are multiples of 1 / denominator.
Rational towards_mirror(Rounding rounding, const Rational& denominator) {
  const Rational least = Rational(1) / denominator;
  switch (rounding) {
  case Rounding::floor:
    return Rational(1) - least;
  case Rounding::ceil:
    return least - Rational(1);
  case Rounding::half_up:
    return -least;
  case Rounding::half_down:
    return least;
  default:
    return Rational(0); // its own mirror image
  }
}

std::optional<TurnedSteps> turned(const RescaleAttributes& rescale) {
  TurnedSteps steps{rescale, rescale};
  steps.behind.ratio.clear();
  steps.behind.offset = {Rational(0)};
  if (rescale.ratio.size() > 1) steps.before.offset.resize(rescale.ratio.size(), rescale.offset[0]);
  for (std::size_t c = 0; c < rescale.ratio.size(); ++c) {
    const bool negative = is_negative(rescale.ratio[c]);
    steps.behind.ratio.emplace_back(negative ? -1 : 1);
    if (negative) steps.before.ratio[c] = -rescale.ratio[c];
  }
  for (std::size_t c = 0; c < steps.before.offset.size(); ++c) {
    const Rational& ratio = entry(rescale.ratio, c);
    if (!is_negative(ratio)) continue;
    Rational& offset = steps.before.offset[c];
    const Rational denominator = ratio.denominator() * (offset * ratio.denominator()).denominator();
    offset = towards_mirror(rescale.rounding, denominator) - offset;
  }
  const IntegerRange& range = rescale.range;
  steps.before.range = {std::min(range.min, -range.max), std::max(range.max, -range.min)};
  steps.before.element = narrowest_element(steps.before.range);
  steps.before.scale = {Rational(1)};
  steps.before.zero_point = {0};
  steps.before.axis.reset();
  if (size_in_bytes(steps.before.element) > 2) return std::nullopt;
  return steps;
}

// The choice among wide integers that makes the value, if it has one reader only.
std::optional<NodeId> wide_choice(const Graph& graph, ValueId value) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  if (!producer || !graph.node(*producer).op->traits.order_only || graph.use_count(value) != 1) return std::nullopt;
  const Node& choice = graph.node(*producer);
  if (choice.operands.size() != 1 || size_in_bytes(graph.type(choice.operands[0]).element) <= 2) return std::nullopt;
  return producer;
}

bool rescale_first(Graph& graph, NodeId id) {
  const Node node = graph.node(id);
  if (!node.attributes.holds<RescaleAttributes>() || node.operands.size() != 1) return false;
  const std::optional<NodeId> found = wide_choice(graph, node.operands[0]);
  const auto& step = node.attributes.as<RescaleAttributes>();
  if (!found || size_in_bytes(step.element) > 2) return false;
  const Node choice = graph.node(*found);
  const bool turns = std::ranges::any_of(step.ratio, is_negative);
  const std::optional<TurnedSteps> steps = turns ? turned(step) : std::nullopt;
  if (turns && !steps) return false;
  const std::string name = graph.value(node.results[0]).name;
  const ValueId numbers = added_result(graph, *node.op, Attributes::of(turns ? steps->before : step), choice.operands,
                                       node.origin, id, name + ".all");
  ValueId result = added_result(graph, *choice.op, choice.attributes, {numbers}, choice.origin, id, name);
  if (turns) {
    graph.set_name(result, name + ".turned");
    result = added_result(graph, *node.op, Attributes::of(steps->behind), {result}, node.origin, id, name);
  }
  graph.replace_uses(node.results[0], result);
  graph.erase_nodes({id, *found});
  return true;
}

// Whether a table of steps never falls: below and from the edge of one bucket after the other.
bool never_falls(const Tensor& levels) {
  const std::vector<std::int64_t> values = to_int64(levels);
  const std::size_t buckets = values.size() / 2;
  for (std::size_t b = 0; b < buckets; ++b) {
    if (values[b] > values[buckets + b] || (b + 1 < buckets && values[buckets + b] > values[b + 1])) return false;
  }
  return true;
}

// A function by its steps, with the step to its axis in front.
bool look_up_first(Graph& graph, NodeId id) {
  const Node table = graph.node(id);
  if (!table.attributes.holds<StepTableAttributes>() || graph.use_count(table.operands[0]) != 1) return false;
  const std::optional<NodeId> producer = graph.value(table.operands[0]).producer;
  const Tensor* levels = graph.constant(table.operands[2]);
  if (!producer || !levels || !never_falls(*levels)) return false;
  const Node axis = graph.node(*producer);
  if (!axis.attributes.holds<RequantizeAttributes>() || axis.operands.size() != 1) return false;
  const auto& multipliers = axis.attributes.as<RequantizeAttributes>().multiplier;
  const std::optional<NodeId> found = wide_choice(graph, axis.operands[0]);
  if (!found || std::ranges::any_of(multipliers, [](std::int64_t m) { return m < 0; })) return false;
  const Node choice = graph.node(*found);
  const std::string name = graph.value(table.results[0]).name;
  const ValueId on_axis =
      added_result(graph, *axis.op, axis.attributes, choice.operands, axis.origin, id, name + ".axis");
  const ValueId numbers =
      added_result(graph, *table.op, table.attributes, {on_axis, table.operands[1], table.operands[2]}, table.origin,
                   id, name + ".all");
  graph.replace_uses(table.results[0],
                     added_result(graph, *choice.op, choice.attributes, {numbers}, choice.origin, id, name));
  graph.erase_nodes({id, *producer, *found});
  return true;
}

Changed run(Graph& graph, PassContext& context) {
  bool changed = false;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order)
    changed = rescale_first(graph, id) || look_up_first(graph, id) || changed;
  if (changed) update_types(graph, context.diagnostics);
  return changed ? Changed::yes : Changed::no;
}

} // namespace

void register_narrow_choices(PassRegistry& registry) {
  registry.add({"narrow_choices", "rescales accumulators before the largest are chosen", run});
}

} // namespace tilewright
