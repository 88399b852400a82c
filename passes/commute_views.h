// Moves views in front of dequantization: view(dequantize(x)) becomes dequantize(view(x)). A view of quantized weights
// then folds on their integers. Per-channel scales follow their axis; where the view breaks the axis up, nothing moves.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_commute_views(PassRegistry& registry);

} // namespace tilewright
