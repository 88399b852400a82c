// Tensors in files: ONNX's TensorProto (.pb) and NumPy's array format (.npy), chosen by the file's extension.
#pragma once

#include "frontend/limits.h"
#include "ir/diagnostics.h"
#include "ir/tensor.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tilewright {

// Half-precision and 4-bit data are widened. A .npy file has to be little-endian and in C order.
std::optional<Tensor> read_tensor_file(const std::filesystem::path& file, Diagnostics& diagnostics,
                                       const Limits& limits = {});

// `name` is stored in a .pb file. False, and an error, if the file cannot be written or its extension is neither.
bool write_tensor_file(const std::filesystem::path& file, const Tensor& tensor, const std::string& name,
                       Diagnostics& diagnostics);

} // namespace tilewright
