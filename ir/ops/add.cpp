#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

namespace tilewright {

namespace {

std::optional<IntegerRange> sum_of(const IntegerRange& a, const IntegerRange& b) {
  IntegerRange sum;
  if (__builtin_add_overflow(a.min, b.min, &sum.min) || __builtin_add_overflow(a.max, b.max, &sum.max))
    return std::nullopt;
  return sum;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  return infer_binary(context, sum_of, results);
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return evaluate_binary(context, [](auto a, auto b) { return a + b; });
}

TraceResult trace(const TraceContext& context) { return trace_sum(context); }

Enclosure enclose(const Attributes&, std::span<const Enclosure> x, int) { return x[0] + x[1]; }

} // namespace

void register_add(OpRegistry& registry) {
  OpDefinition op;
  op.name = "add";
  op.summary = "a + b, broadcasting";
  op.traits.pointwise = true;
  op.traits.sum = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  op.enclose = enclose;
  registry.add(std::move(op));
}

} // namespace tilewright
