// An element-wise op: -x. Real numbers only: between quantizers the trace makes it part of a rescale.
#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  if (x.element != ElementType::float32)
    return OpError{"sample_negate takes real numbers", "f32", std::string(name_of(x.element)), "", 0};
  results = {x};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), x.shape());
  std::ranges::transform(x.data<float>(), result.mutable_data<float>().begin(), [](float v) { return -v; });
  return {std::move(result)};
}

TraceResult trace(const TraceContext& context) {
  const TraceResult& x = context.operands[0];
  return x.form ? scaled(*x.form, {{Rational(-1)}, {}}) : x;
}

} // namespace

void register_sample_negate(OpRegistry& registry) {
  OpDefinition op;
  op.name = "sample_negate";
  op.summary = "-x";
  op.traits.pointwise = true;
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
