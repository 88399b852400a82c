// Moves transposes behind the ops that read them and keep their axes (element-wise ones, and those that name an axis),
// until they meet another transpose and cancel out: a channels-first model becomes a channels-last one, with transposes
// left at its edges and where it mixes axes.
//
//   op(transpose(x), constant) becomes transpose(op(x, transposed constant))
//   op(transpose(x), input) becomes transpose(op(x, transposed input)), where x is more than a view of an input
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_sink_transposes(PassRegistry& registry);

} // namespace tilewright
