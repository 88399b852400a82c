// Attributes of `requantize`: one affine step in integers with one rounding, as hardware does it.
//
//   stored = clamp(round_shift(x * multiplier[c] + addend[c], shift), range)     c = index along the last axis
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct RequantizeAttributes {
  std::vector<std::int64_t> multiplier = {1}; // |m| < 2^31; one, or one per index of the last axis
  std::vector<std::int64_t> addend = {0};     // one, or one per index of the last axis
  std::int64_t shift = 0;                     // 0 to 62
  Rounding rounding = Rounding::half_even;
  ElementType element = ElementType::int8;
  IntegerRange range{-128, 127}; // within `element`
  // Quantization of the result.
  std::vector<Rational> scale = {Rational(1)};
  std::vector<std::int64_t> zero_point = {0};
  std::optional<std::int64_t> axis;

  void reflect(AttributeVisitor& visit) {
    visit.field("multiplier", multiplier);
    visit.field("addend", addend);
    visit.field("shift", shift);
    visit.field("rounding", rounding);
    visit.field("element", element);
    visit.field("range", range);
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
  }
};

} // namespace tilewright
