// pow(a, b) = a to the power of b, of real numbers, broadcasting. A constant exponent is a function of one number:
// unary.
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <cmath>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  return infer_binary_of_reals("pow", context, results);
}

// In double precision, rounded once.
std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return evaluate_binary(context, [](auto a, auto b) {
    return static_cast<decltype(a)>(std::pow(static_cast<double>(a), static_cast<double>(b)));
  });
}

} // namespace

void register_pow(OpRegistry& registry) {
  OpDefinition op;
  op.name = "pow";
  op.summary = "a to the power of b, of real numbers, broadcasting";
  op.traits.pointwise = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
