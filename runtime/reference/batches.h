// Tensors in parts along their first axis.
#pragma once

#include "ir/tensor.h"

#include <optional>
#include <vector>

namespace tilewright {

// How many tensors of shape `part` make up one of shape `whole`, joined along the first axis; nullopt when none do. At
// least 1: equal shapes are one part.
std::optional<std::int64_t> parts_of(const Shape& whole, const Shape& part);

// Part `index` of `parts` equal ones.
Tensor slice_of(const Tensor& whole, std::int64_t index, std::int64_t parts);

// Tensors of one type, joined along the first axis; scalars become a vector.
Tensor join(const std::vector<Tensor>& slices);

} // namespace tilewright
