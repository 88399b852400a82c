// Sums over windows of integers that need more than 16 bits, such as averages of accumulators, become sums of two
// halves, which kernels add up:
//
//   sum_pool(x) becomes 2^15 * sum_pool(x / 2^15, rounded down) + sum_pool(what that leaves of x)
//
// Exact; where x or the sums could leave 32 bits the node stays.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_halve_sums(PassRegistry& registry);

} // namespace tilewright
