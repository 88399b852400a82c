// Moves the element-wise ops behind a concatenation in front of it, one for each branch, up to the quantizer:
//
//   quantize(concat(a, b)) becomes concat(quantize(a), quantize(b))
//
// Branches of different scales are then requantized each by itself. Where all branches have one scale already, nothing
// moves: one quantizer for all is less work.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_split_concat_readers(PassRegistry& registry);

} // namespace tilewright
