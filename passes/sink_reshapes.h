// Moves the reshapes that make rows of images behind the element-wise ops that read them:
//
//   op(reshape(x), reshape(y)) becomes reshape(op(x, y))
//
// so that a quantizer or an activation behind a Flatten is computed with the layer in front of it, and the dense layer
// behind it reads the image.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_sink_reshapes(PassRegistry& registry);

} // namespace tilewright
