// Networks that people measure with, with random weights, as ONNX files that a QCDQ export would give. Made here so that
// no weights have to be stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tilewright::testing {

// "resnet8", "ds_cnn" and "mobilenet_v1_025", which are those of MLPerf Tiny, and "lenet".
std::vector<std::string_view> classic_model_names();

// The bytes of the ONNX file; empty for an unknown name.
std::string classic_model(std::string_view name);

} // namespace tilewright::testing
