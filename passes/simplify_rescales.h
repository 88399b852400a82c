// Removes a rescale that changes nothing, and lets a rescale that only narrows the range (a relu of unchanged scale)
// narrow the rescale in front of it.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_simplify_rescales(PassRegistry& registry);

} // namespace tilewright
