// Padding in front of windows becomes the windows' own:
//
//   conv(pad(x)) becomes conv(x) with more padding
//
// where the padding lies along the space, and both have one value; a transpose may stand between them. So it does for
// sum_pool.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_absorb_pads(PassRegistry& registry);

} // namespace tilewright
