// Attributes of `rescale`: the exact affine step between integer tensors, before numbers for hardware are chosen.
//
//   stored = clamp(round(sum over operands x of ratio[x][c] * x + offset[c]), range)      c = index along the last axis
//
// One operand is the usual case; several are the terms of a sum that is rounded once, and have one shape.
// Zero points are part of `offset`. The pass `requantization` turns it into `requantize`.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct RescaleAttributes {
  std::vector<Rational> ratio = {Rational(1)};  // for each operand in turn: one, or one per index of the last axis
  std::vector<Rational> offset = {Rational(0)}; // one, or one per index of the last axis
  Rounding rounding = Rounding::half_even;
  ElementType element = ElementType::int8;
  IntegerRange range{-128, 127}; // within `element`
  // Quantization of the result.
  std::vector<Rational> scale = {Rational(1)};
  std::vector<std::int64_t> zero_point = {0};
  std::optional<std::int64_t> axis;

  void reflect(AttributeVisitor& visit) {
    visit.field("ratio", ratio);
    visit.field("offset", offset);
    visit.field("rounding", rounding);
    visit.field("element", element);
    visit.field("range", range);
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
  }
};

} // namespace tilewright
