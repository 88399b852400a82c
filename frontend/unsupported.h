// What to tell about operators that no importer knows.
#pragma once

#include "frontend/model.h"

#include <string>

namespace tilewright {

struct UnsupportedOperator {
  std::string code;
  std::string reason;
  std::string hint;
};

UnsupportedOperator explain_unsupported(const ModelNode& node);

// Whether an operator quantizes, dequantizes, or computes with quantized numbers, in any dialect, supported or not.
bool is_quantization_operator(const ModelNode& node);

} // namespace tilewright
