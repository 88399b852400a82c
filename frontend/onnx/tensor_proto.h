// ONNX's TensorProto to and from Tensor.
#pragma once

#include "frontend/model.h"
#include "frontend/onnx/external_data.h"
#include "frontend/onnx/messages.h"

namespace tilewright {

// Reads the data and releases them in `proto` on the way, so that a large model is never in memory twice. Sizes are
// checked before memory is taken. On failure the result has no data and `problem` says why, without a place.
ModelTensor take_tensor(onnx::TensorProto& proto, ExternalData& external, const Limits& limits, Diagnostic& problem);

onnx::TensorProto to_proto(const Tensor& tensor, const std::string& name);

} // namespace tilewright
