#include "ir/ops/extremum.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

bool is_smallest(const Attributes& attributes) { return attributes.as<ExtremumAttributes>().smallest; }

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& a = context.operands[0];
  const ValueType& b = context.operands[1];
  if (auto error = infer_binary(
          context, [](const IntegerRange& x, const IntegerRange&) { return std::optional<IntegerRange>(x); },
          results)) {
    return error;
  }
  ValueType& result = results[0];
  if (!is_integer(a.element)) return std::nullopt;
  const IntegerRange x = range_of(a);
  const IntegerRange y = range_of(b);
  result.range = is_smallest(context.attributes) ? IntegerRange{std::min(x.min, y.min), std::min(x.max, y.max)}
                                                 : IntegerRange{std::max(x.min, y.min), std::max(x.max, y.max)};
  result.element = a.element == b.element ? a.element : narrowest_element(*result.range);
  if (a.quantization == b.quantization) result.quantization = a.quantization;
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  // What is not a number stays none, on either side.
  const auto pick = [](auto a, auto b, bool first) {
    if (a != a) return a;
    if (b != b) return b;
    return first ? a : b;
  };
  return is_smallest(context.attributes) ? evaluate_binary(context, [&](auto a, auto b) { return pick(a, b, a < b); })
                                         : evaluate_binary(context, [&](auto a, auto b) { return pick(a, b, a > b); });
}

// A bound for all elements is one of the form's; else integers of one scale stand for what they mean.
TraceResult trace(const TraceContext& context) {
  const bool smallest = is_smallest(context.graph.node(context.node).attributes);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::optional<AffineForm>& form = context.operands[i].form;
    if (!form) return context.operands[i];
    const std::optional<ChannelList> list = constant_values(context.graph, *form);
    if (!list) continue;
    const Node& node = context.graph.node(context.node);
    if (list->values.size() > 1 ||
        context.graph.type(node.operands[1 - i]).shape != context.graph.type(node.results[0]).shape) {
      return no_form("a bound differs from channel to channel", "put an 8-bit quantizer in front of it");
    }
    return smallest ? bounded(context.operands[1 - i], std::nullopt, list->values[0])
                    : bounded(context.operands[1 - i], list->values[0], std::nullopt);
  }
  for (const Rational& ratio : context.operands[0].form->ratio) {
    if (ratio.sign() > 0) continue;
    return no_form("the order of numbers with a negative factor is not that of their integers",
                   "put a quantizer between the factor and the extremum");
  }
  return trace_same_form(context);
}

Enclosure enclose(const Attributes& attributes, std::span<const Enclosure> x, int) {
  const bool smallest = is_smallest(attributes);
  for (std::size_t i = 0; i < 2; ++i) {
    if (!x[i].special) continue;
    const bool wins = std::isnan(*x[i].special) || (*x[i].special < 0) == smallest;
    return wins ? x[i] : x[1 - i];
  }
  return smallest ? Enclosure(std::min(x[0].low, x[1].low), std::min(x[0].high, x[1].high))
                  : Enclosure(std::max(x[0].low, x[1].low), std::max(x[0].high, x[1].high));
}

} // namespace

void register_extremum(OpRegistry& registry) {
  OpDefinition op;
  op.name = "extremum";
  op.summary = "the larger or the smaller one of two numbers, broadcasting";
  op.traits.pointwise = true;
  op.traits.order_only = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.default_attributes = Attributes::of(ExtremumAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  op.enclose = enclose;
  registry.add(std::move(op));
}

} // namespace tilewright
