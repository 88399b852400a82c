// Sums of three and more tensors as sums of two, where the sum so far fits 32 bits exactly:
//
//   requantize(a, b, c; m) becomes requantize(requantize(a, b; m, shift 0), c; 1, m)
//
// Where the multipliers are too large for that, they come in two parts of at most 16 bits:
//
//   requantize(a, b, c; m) becomes requantize(requantize(a, b, c; high, shift 0), requantize(a, b, c; low, shift 0); 2^15, 1)
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_pair_sums(PassRegistry& registry);

} // namespace tilewright
