// MatMulInteger and ConvInteger: products of integers with zero points, whose int32 result is what the model asks for.
#pragma once

#include "frontend/importer.h"

namespace tilewright {

// The zero point of the activations in input `input`: one integer, 0 where the input is absent. Several, which would be
// one for each row, are an error.
std::optional<std::int64_t> zero_point_of(NodeImport& node, std::size_t input);

// The constant in input `weights` minus its zero point in input `zero_point`: one for all, or one for each index of
// `axis`, 0 where absent; in the narrowest type that holds the differences.
std::optional<Tensor> weights_without_zero_points(NodeImport& node, std::size_t weights, std::size_t zero_point,
                                                  std::size_t axis);

// -zero_point * sum of the weights for each index of `axis`: what takes the activations' zero point off the sums.
// nullopt where that is nothing.
std::optional<ValueId> bias_for_zero_point(NodeImport& node, const Tensor& weights, std::size_t axis,
                                           std::int64_t zero_point);

// ONNX's sums wrap around in 32 bits: an error where these can leave them.
bool require_int32(NodeImport& node, ValueId sums);

} // namespace tilewright
