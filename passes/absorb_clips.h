// Makes the bounds of integer clips part of a range: those of a clip behind a quantizer (how exporters write widths
// below 8 bits) the quantizer's own, those of any other integer clip a rescale that only clamps. Clips of constants are
// left to fold_constants.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_absorb_clips(PassRegistry& registry);

} // namespace tilewright
