// Attributes of `dequantize`: integers to real numbers, real = scale * (stored - zero_point).
//
// The result is float32: the product in double precision, rounded once more. For the float32 scales of a model and
// |stored - zero_point| <= 2^24 that is ONNX's DequantizeLinear; scales of accumulators are products of two float32.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct DequantizeAttributes {
  std::vector<Rational> scale = {Rational(1)}; // non-zero; one, or one per index of `axis`
  std::vector<std::int64_t> zero_point = {0};  // as many as scales
  std::optional<std::int64_t> axis;            // non-negative; absent: per tensor

  void reflect(AttributeVisitor& visit) {
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
  }
};

} // namespace tilewright
