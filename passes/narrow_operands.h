// What a contraction reads takes no more bits than it needs: accumulators that no quantizer made narrower are 32 bits wide,
// whatever they can be, and kernels multiply 8 and 16.
//
//   conv(x: i32[-3000, 3000], w) becomes conv(rescale(x, ratio 1): i16, w)
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_narrow_operands(PassRegistry& registry);

} // namespace tilewright
