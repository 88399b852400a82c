// The arithmetic of `conv`, on matrices: each window of the input becomes a row, and the convolution a product.
#pragma once

#include "ir/dense_arithmetic.h"
#include "ir/ops/conv.h"

namespace tilewright {

// As `accumulator_of` for dense, for x[N, space, C], weights[window, C / groups, M] and an optional bias[M].
AccumulatorResult accumulator_of_conv(const InferContext& context);

Tensor convolve(const ConvAttributes& attributes, const ValueType& result, const Tensor& x, const Tensor& weights,
                const Tensor* bias);

} // namespace tilewright
