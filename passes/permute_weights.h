// Reorders the weights of a dense layer that reads a transposed tensor as flat rows, so that it reads the tensor
// itself:
//
//   dense(reshape(transpose(x)), w) becomes dense(reshape(x), w with its rows in the order of x)
//
// That is what Flatten behind a channels-first convolution comes to. Axis 0 stays first, and all others are flat.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_permute_weights(PassRegistry& registry);

} // namespace tilewright
