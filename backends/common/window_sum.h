// Sums over windows, each channel by itself: convolutions whose weights are 1.
#pragma once

#include "backends/common/contraction.h"

namespace tilewright {

// The layer's contraction, with `pad_value` outside of the image.
Contraction window_sum(const LoweringContext& context, const Windows& windows, std::int64_t pad_value);

// 1 within a channel, else 0.
WeightFunction weights_of_window_sum(const LoweringContext& context);

} // namespace tilewright
