// Attributes of `step_table`: a function of an integer that is constant between a few places where it steps.
//
//   b = x / 2^shift, rounded down
//   step_table(x, edges, levels) = levels[x >= edges[b] ? 1 : 0, b]
//
// x is never negative. `edges` is a constant with one number a bucket of 2^shift integers, `levels` one with two: below
// the edge, and from it on. There are buckets for all that x can be.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct StepTableAttributes {
  std::int64_t shift = 0; // 0 to 30
  // Quantization of the result.
  std::vector<Rational> scale = {Rational(1)};
  std::vector<std::int64_t> zero_point = {0};
  std::optional<std::int64_t> axis;

  void reflect(AttributeVisitor& visit) {
    visit.field("shift", shift);
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
  }
};

} // namespace tilewright
