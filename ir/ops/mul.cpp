#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<IntegerRange> product_of(const IntegerRange& a, const IntegerRange& b) {
  std::int64_t products[4];
  if (__builtin_mul_overflow(a.min, b.min, &products[0]) || __builtin_mul_overflow(a.min, b.max, &products[1]) ||
      __builtin_mul_overflow(a.max, b.min, &products[2]) || __builtin_mul_overflow(a.max, b.max, &products[3])) {
    return std::nullopt;
  }
  return IntegerRange{std::ranges::min(products), std::ranges::max(products)};
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  return infer_binary(context, product_of, results);
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return evaluate_binary(context, [](auto a, auto b) { return a * b; });
}

TraceResult trace(const TraceContext& context) { return trace_with_constant(context, scaled); }

Enclosure enclose(const Attributes&, std::span<const Enclosure> x, int) { return x[0] * x[1]; }

} // namespace

void register_mul(OpRegistry& registry) {
  OpDefinition op;
  op.name = "mul";
  op.summary = "a * b, broadcasting";
  op.traits.pointwise = true;
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
