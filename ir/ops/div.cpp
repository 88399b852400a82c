#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  return infer_binary_of_reals("div", context, results);
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  Tensor result(context.result_types[0].element, context.result_types[0].shape);
  const std::vector<std::size_t> from_a = broadcast_indices(context.operands[0]->shape(), result.shape());
  const std::vector<std::size_t> from_b = broadcast_indices(context.operands[1]->shape(), result.shape());
  const auto divide = [&]<class T>(std::span<T> quotients) {
    const std::span<const T> a = context.operands[0]->data<T>();
    const std::span<const T> b = context.operands[1]->data<T>();
    for (std::size_t i = 0; i < quotients.size(); ++i)
      quotients[i] = a[from_a[i]] / b[from_b[i]];
  };
  if (result.element() == ElementType::float64) {
    divide(result.mutable_data<double>());
  } else {
    divide(result.mutable_data<float>());
  }
  return {std::move(result)};
}

// By a constant: a factor that is exact, because it need not be a float.
TraceResult trace(const TraceContext& context) {
  for (const TraceResult& operand : context.operands) {
    if (!operand.form) return operand;
  }
  std::optional<ChannelList> divisors = constant_values(context.graph, *context.operands[1].form);
  const bool divisible =
      divisors && std::ranges::all_of(divisors->values, [](const Rational& divisor) { return divisor.sign() != 0; });
  if (!divisible) return no_form("the divisor is computed, or 0", "divide by a constant");
  for (Rational& divisor : divisors->values)
    divisor = Rational(1) / divisor;
  return trace_with_list(context, 0, *std::move(divisors), scaled);
}

Enclosure enclose(const Attributes&, std::span<const Enclosure> x, int) { return x[0] / x[1]; }

} // namespace

void register_div(OpRegistry& registry) {
  OpDefinition op;
  op.name = "div";
  op.summary = "a / b of real numbers, broadcasting";
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
