#include "threshold.h"

#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

// What comes out, or why not. Called for every node, so later code can rely on it.
std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const Rational& limit = context.attributes.as<ThresholdAttributes>().limit;
  if (limit.sign() < 0) return OpError{"the limit is negative", "0 or more", limit.text(), "", {}};
  ValueType result = context.operands[0];
  if (is_integer(result.element)) {
    const IntegerRange range = range_of(result);
    result.range = IntegerRange{std::min<std::int64_t>(range.min, 0), std::max<std::int64_t>(range.max, 0)};
  }
  results = {std::move(result)};
  return std::nullopt;
}

// The exact meaning, for every type that `infer` accepts.
std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const double limit = context.attributes.as<ThresholdAttributes>().limit.to_double();
  Tensor result(context.operands[0]->element(), context.operands[0]->shape());
  visit_elements(*context.operands[0], [&]<class T>(std::span<const T> values) {
    std::ranges::transform(values, result.mutable_data<T>().begin(),
                           [&](T x) { return static_cast<double>(x) > limit ? x : T{}; });
  });
  return {std::move(result)};
}

// From real numbers to integers. The operand is ratio * q of an integer q: q stays where q > limit / ratio.
TraceResult trace(const TraceContext& context) {
  if (!context.operands[0].form) return context.operands[0];
  AffineForm form = *context.operands[0].form;
  const bool is_plain = form.source && form.ratio.size() == 1 && form.ratio[0].sign() > 0 && form.offset.size() == 1 &&
                        form.offset[0].sign() == 0 && !form.lower && !form.upper;
  if (!is_plain) return no_form("the operand has no plain scale", "quantize it per tensor, with zero point 0");
  const Node node = context.graph.node(context.node);
  const Rational limit = (node.attributes.as<ThresholdAttributes>().limit / form.ratio[0]).floor();
  auto added = context.graph.add_node(*node.op, Attributes::of(ThresholdAttributes{limit}), {*form.source}, node.origin,
                                      context.node, {context.graph.value(node.results[0]).name + ".int"});
  if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
  form.source = context.graph.node(std::get<NodeId>(added)).results[0];
  return {std::move(form), {}, {}};
}

} // namespace

void register_threshold(OpRegistry& registry) {
  OpDefinition op;
  op.name = "threshold";
  op.summary = "x where x > limit, else 0";
  op.traits.pointwise = true;
  op.default_attributes = Attributes::of(ThresholdAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
