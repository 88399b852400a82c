// Attributes of `quantize`: real numbers to integers, once rounded and once saturated.
//
//   stored = clamp(round(x / scale) + zero_point, range)     round_after_zero_point = false (ONNX QuantizeLinear)
//   stored = clamp(round(x / scale + zero_point), range)     round_after_zero_point = true  (QONNX Quant)
//
// On float data the division is one float32 division, as both dialects define it; the two orders differ at ties.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct QuantizeAttributes {
  std::vector<Rational> scale = {Rational(1)}; // positive; one, or one per index of `axis`
  std::vector<std::int64_t> zero_point = {0};  // as many as scales
  std::optional<std::int64_t> axis;            // non-negative; absent: per tensor
  ElementType element = ElementType::int8;     // what stores the result
  IntegerRange range{-128, 127};               // what the quantizer saturates to, within `element`
  Rounding rounding = Rounding::half_even;
  bool round_after_zero_point = false;

  void reflect(AttributeVisitor& visit) {
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
    visit.field("element", element);
    visit.field("range", range);
    visit.field("rounding", rounding);
    visit.field("round_after_zero_point", round_after_zero_point);
  }
};

} // namespace tilewright
