// Moves the offset behind a contraction into the contraction's integer bias, where it is an exact multiple of the
// accumulator's unit for every channel and the sums stay within 32 bits. The reader is a rescale, whose offset becomes
// 0, or a dequantize, whose zero points become 0.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_fuse_bias(PassRegistry& registry);

} // namespace tilewright
