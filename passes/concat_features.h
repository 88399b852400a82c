// Concatenations of integers along another axis than the last become ones along the last, with views around them:
//
//   concat(a, b, axis = 1) becomes reshape(concat(reshape(a), reshape(b), axis = 1)) with a row for each index of axis
//   0
//
// Layers read several tensors side by side, feature by feature; no layer reads a row of one below a row of another. The
// first axis counts samples: concatenations along it stay.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_concat_features(PassRegistry& registry);

} // namespace tilewright
