// Scales and zero points as the two dialects give them, brought to one form: one scale, or one for each index of an
// axis.
#pragma once

#include "frontend/importer.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tilewright {

struct QuantizerParameters {
  std::vector<Rational> scale;
  std::vector<std::int64_t> zero_point; // as many as scales
  std::optional<std::int64_t> axis;     // present if there are several scales
};

// Input `scale` holds positive finite floats; input `zero_point`, which may be absent, integers. Both are constants.
// Mistakes are reported, and the result is nullopt.

// ONNX: a scalar, or a vector along the attribute `axis` (default 1; -1 is the last). Block-wise scales are refused.
// The zero point has the quantized type.
std::optional<QuantizerParameters> onnx_parameters(NodeImport& node, const Shape& shape, std::size_t scale,
                                                   std::size_t zero_point);

// ONNX's operator-oriented form: a scalar, or a vector along `axis`, where the operator allows one.
std::optional<QuantizerParameters> operand_parameters(NodeImport& node, const Shape& shape, std::size_t scale,
                                                      std::size_t zero_point, std::optional<std::int64_t> axis);

// QONNX: both broadcast against the tensor, and differ from 1 along one axis at most. The zero point is a float tensor.
std::optional<QuantizerParameters> qonnx_parameters(NodeImport& node, const Shape& shape, std::size_t scale,
                                                    std::size_t zero_point);

// The same for an operator without zero points.
std::optional<QuantizerParameters> qonnx_scale(NodeImport& node, const Shape& shape, std::size_t scale);

// If input `input` is constant: the largest distance of x / scale from an integer, over the elements inside the range,
// counts into the model's note about such constants when it is above 1/1000.
void note_residue(NodeImport& node, std::size_t input, const QuantizerParameters& parameters,
                  const IntegerRange& range);

} // namespace tilewright
