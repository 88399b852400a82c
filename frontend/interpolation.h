// Linear interpolation between pixels, where it has an exact integer form: an axis grows by a whole factor.
#pragma once

#include "frontend/importer.h"

#include <string>
#include <vector>

namespace tilewright {

// Adds what enlarges the node's first input [N, C, space] by `factors`, one for each axis of space, and binds its first
// output: every pixel repeated, and a depthwise convolution with constant weights over that. `coordinates` is ONNX's
// coordinate_transformation_mode; one without such a form is an error.
void add_interpolation(NodeImport& node, const std::vector<std::int64_t>& factors, const std::string& coordinates);

} // namespace tilewright
