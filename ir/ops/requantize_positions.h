// Attributes of `requantize_positions`: requantize with a multiplier and an addend for each sort of position. Positions
// are all axes but the first and the last, in order.
//
//   stored[n, p, c] = clamp(round_shift(x[n, p, c] * multiplier[sort[p]] + addend[sort[p]], shift), range)
//
// The second operand is the constant list of sorts, one a position.
#pragma once

#include "ir/attributes.h"
#include "ir/two_part.h"

namespace tilewright {

struct RequantizePositionsAttributes {
  std::vector<std::int64_t> multiplier = {1}; // |m| < 2^31, or 2^62 with a prior shift; one a sort
  std::vector<std::int64_t> addend = {0};     // one a sort
  std::int64_t shift = 0;                     // 0 to 62
  std::int64_t prior_shift = 0;               // 0 or two_part_shift: multipliers in two parts (ir/two_part.h)
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
    visit.field("prior_shift", prior_shift);
    visit.field("rounding", rounding);
    visit.field("element", element);
    visit.field("range", range);
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
  }
};

} // namespace tilewright
