// Attributes of `requantize`: one affine step in integers with one rounding, as hardware does it.
//
//   n = sum over operands x of x * multiplier[x][c] + addend[c]                  c = index along the last axis
//   stored = clamp(round_shift(n, shift), range)
//
// One operand is the usual case; several have one shape. With a prior shift the multiplier is one of two parts, and its
// product with x comes in units of 2^31 (ir/two_part.h).
#pragma once

#include "ir/attributes.h"
#include "ir/two_part.h"

namespace tilewright {

struct RequantizeAttributes {
  std::vector<std::int64_t> multiplier = {1}; // |m| < 2^31, or 2^62 with a prior shift; for each operand in turn: one,
                                              // or one per index of the last axis
  std::vector<std::int64_t> addend = {0};     // one, or one per index of the last axis
  std::int64_t shift = 0;                     // 0 to 62
  std::int64_t prior_shift = 0;               // 0, or two_part_shift and one operand within 32 bits
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
