// Takes rescales down to what their proven ranges need: one that changes no number goes away where only rescales read
// it, and one wider than 16 bits is stored in the narrowest type that holds its results. Quantizers without a width of
// their own, such as QONNX's Trunc, leave such rescales behind.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_narrow_rescales(PassRegistry& registry);

} // namespace tilewright
