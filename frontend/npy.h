// NumPy's array format, versions 1 to 3: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include "frontend/limits.h"
#include "ir/diagnostics.h"
#include "ir/tensor.h"

#include <optional>
#include <string>
#include <string_view>

namespace tilewright {

// nullopt when the bytes are no such array, or one that is not supported; `problem` then says why, without a place.
std::optional<Tensor> parse_npy(std::string_view bytes, const Limits& limits, Diagnostic& problem);

// The bytes of a file of version 1.0.
std::string npy_of(const Tensor& tensor);

} // namespace tilewright
