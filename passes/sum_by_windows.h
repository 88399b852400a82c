// Sums over some axes of integers in the form that kernels compute: over some axes of space as sums over windows, over
// channels as products with a matrix of ones.
//
//   reduce_sum(x[N,H,W,C], {1}) becomes sum_pool(x, H x 1)
//   reduce_sum(x[N,H,W,C], {3}) becomes dense(x, ones[C,1])
//   reduce_sum(x[N,H,W,C], {1,2,3}) becomes reshape(dense(reshape(x, [N,H*W*C]), ones[H*W*C,1]))
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_sum_by_windows(PassRegistry& registry);

} // namespace tilewright
