// Choices among wide integers, as accumulators are, become choices among the numbers that they are rescaled to:
//
//   rescale(max_pool(x)) becomes max_pool(rescale(x))
//
// So does a function that is known by its steps, where it never falls.
// A channel with a negative ratio, as a batch normalization may give it, is turned around for the choice and back
// behind it, where what is turned fits 16 bits.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_narrow_choices(PassRegistry& registry);

} // namespace tilewright
