// Thresholds on what integers mean become thresholds on the integers: with x = ratio * q + offset and a positive ratio,
// x reaches t exactly if q reaches (t - offset) / ratio, rounded up. Runs behind integerize, which leaves the float
// arithmetic in front of thresholds as it is.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_integerize_thresholds(PassRegistry& registry);

} // namespace tilewright
