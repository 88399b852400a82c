// A multiplication of what two integer tensors mean is one of the integers:
//
//   mul(dequantize(a), dequantize(b)) becomes dequantize(product(a, b))
//
// The scales multiply, and the product leaves the zero points out. Factors that are element-wise functions of one
// tensor stay as they are, for they may become a table.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_multiply_integers(PassRegistry& registry);

} // namespace tilewright
