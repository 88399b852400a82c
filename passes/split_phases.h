// A convolution over an image whose pixels stand `stride` apart, as transposed convolutions are, multiplies zeros. For
// each phase, the places of results between two pixels, only some elements of the window meet pixels:
//
//   requantize(conv(spread(x))) becomes shuffle(requantize(conv(x)))
//
// with a smaller window and a channel for each phase and channel of the result, which a shuffle of pixels puts in
// place. What zero points between the pixels add to sums is part of the addends then.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_split_phases(PassRegistry& registry);

} // namespace tilewright
