// What QONNX's quantizers share: their domains, rounding modes and bit widths.
#pragma once

#include "frontend/importer.h"
#include "ir/rounding.h"

#include <array>

namespace tilewright {

// The domains that one and the same operator is found in.
inline constexpr std::array<std::string_view, 4> qonnx_domains{"finn", "finn.custom_op.general",
                                                               "qonnx.custom_op.general", "onnx.brevitas"};

// The attribute `rounding_mode`; nullopt, and an error, for a name that is none.
std::optional<Rounding> qonnx_rounding(NodeImport& node, std::string otherwise);

// A bit width from 1 to `most` in input `input`, a float tensor; errors otherwise.
std::optional<int> qonnx_bits(NodeImport& node, std::size_t input, int most);

// The integers of so many bits; narrow ones leave out one value. nullopt, and an error, where a single value is left.
std::optional<IntegerRange> qonnx_range(NodeImport& node, int bits, bool is_signed, bool is_narrow);

} // namespace tilewright
