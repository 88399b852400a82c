// The model that the benchmarks compile, made here so that its size can vary.
#pragma once

#include <string>

namespace tilewright::testing {

// The bytes of an ONNX file: `layers` layers of `width` int8 weights in and out, biases, Relu, power-of-two scales, as
// a QCDQ export has them. The input "x" is [batch, width].
std::string mlp_model(int layers, int width, int batch);

} // namespace tilewright::testing
