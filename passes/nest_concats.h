// Concatenations of many tensors of integers become concatenations of at most four, of which some read others:
//
//   concat(a, b, c, d, e) becomes concat(concat(a, b, c, d), e)
//
// One memory has a few ports to be written through; a backend may compute an inner concatenation as a layer of its own.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_nest_concats(PassRegistry& registry);

} // namespace tilewright
