// One channel that is repeated for many, as a factor or a term of all of them, becomes a product with a row of ones:
// kernels multiply faster than they move elements.
//
//   gather(x[N,H,W,1], axis 3, {0, 0, 0}) becomes rescale(dense(x, ones[1,3]), ratio 1)
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_spread_by_products(PassRegistry& registry);

} // namespace tilewright
