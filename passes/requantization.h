// Chooses multiplier, addend and shift for every `rescale`, which becomes a `requantize`: numbers under which the
// result is proven equal to the exact one for every integer in the operand's proven range. Where no choice can be
// exact, the best one is taken and a note says how many accumulator values differ and by how much
// (requantization.inexact).
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_requantization(PassRegistry& registry);

} // namespace tilewright
