// Computes nodes whose operands are all constants, by the ops' own reference arithmetic: quantizers of float constants
// and float arithmetic in float32 as the model means them, integers exactly.
//
// Dequantization is never computed: constant integers keep their exact scale, which a float32 product would lose.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_fold_constants(PassRegistry& registry);

} // namespace tilewright
