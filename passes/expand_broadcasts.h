// Spells out what broadcasting repeats: an operand of integers' meaning, whose axes of size 1 the other operands
// enlarge, is gathered along them. Layers then read tensors of one shape, and where each element comes from is a view's
// business.
//
//   mul(x, dequantize(gate)) becomes mul(x, gather(dequantize(gate)))
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_expand_broadcasts(PassRegistry& registry);

} // namespace tilewright
