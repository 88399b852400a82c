// Sums of three and more tensors as sums of two, where the sum so far fits 32 bits exactly:
//
//   requantize(a, b, c; m) becomes requantize(requantize(a, b; m, shift 0), c; 1, m)
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_pair_sums(PassRegistry& registry);

} // namespace tilewright
