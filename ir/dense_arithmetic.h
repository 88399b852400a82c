// The arithmetic of sums of products: proven accumulator ranges, and products of matrices.
#pragma once

#include "ir/op.h"

namespace tilewright {

struct AccumulatorResult {
  std::optional<OpError> error;
  IntegerRange range; // exact for constant weights: the extremes are reached by some input within its range
  std::vector<IntegerRange> channels;       // the same for each output
  std::optional<Quantization> quantization; // where the operands' quantizations give the sums one
};

// The operands are integers throughout, or one real type throughout.
std::optional<OpError> check_contraction_elements(std::span<const ValueType> operands);

// Of sums of x[k] * weights[k, n] + bias[n], whose operands are integers of matching shapes.
AccumulatorResult accumulator_of(const InferContext& context);

// x * weights + bias with `element` for the result. Integer sums wrap in the width of `element`, so they are exact
// whenever the result fits, whatever the partial sums do.
Tensor multiply(ElementType element, const Tensor& x, const Tensor& weights, const Tensor* bias);

// Gives an integer result its range, its quantization and the element type that holds it.
void set_accumulator(ValueType& result, AccumulatorResult accumulator);

// `products` of them are added up for each element of the result.
Work work_of_contraction(const EvaluateContext& context, std::int64_t products);

} // namespace tilewright
