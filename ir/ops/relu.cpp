#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  if (x.element == ElementType::boolean) return OpError{"relu takes numbers", "integers or reals", "bool", "", 0};
  ValueType result = x;
  if (is_integer(x.element)) {
    const IntegerRange range = range_of(x);
    result.range = IntegerRange{std::max<std::int64_t>(range.min, 0), std::max<std::int64_t>(range.max, 0)};
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), x.shape());
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    // A value that is not a number stays one.
    std::ranges::transform(values, result.mutable_data<T>().begin(), [](T v) { return v < T{} ? T{} : v; });
  });
  return {std::move(result)};
}

TraceResult trace(const TraceContext& context) { return bounded(context.operands[0], Rational(0), std::nullopt); }

Enclosure enclose(const Attributes&, std::span<const Enclosure> x, int) { return clamped(x[0], Rational(0), {}); }

} // namespace

void register_relu(OpRegistry& registry) {
  OpDefinition op;
  op.name = "relu";
  op.summary = "max(x, 0); on integers of the stored number";
  op.traits.pointwise = true;
  op.traits.increasing = true;
  op.default_attributes = Attributes{};
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  op.enclose = enclose;
  registry.add(std::move(op));
}

} // namespace tilewright
