// Multiplier, addend and shift that stand for an exact affine step, and the proof that they do.
//
//   exact:  clamp(round(ratio[c] * x + offset[c]), range)
//   fixed:  clamp(round_shift(x * multiplier[c] + addend[c], shift), range)
//
// Where no multiplier of 32 bits is exact, as for results of more than 8 bits, it comes in two parts (ir/two_part.h).
//
// Both are monotone step functions of the integer x, so they are equal on an interval exactly if every step of the
// first is where the second has it: for a given multiplier and shift, two bounds on the addend for each step. What is
// left of the addend's interval when all steps are through is the proof.
#pragma once

#include "ir/rational.h"
#include "ir/rounding.h"
#include "ir/types.h"

#include <vector>

namespace tilewright {

struct AffineStep {
  std::vector<Rational> ratio;  // any sign; one for all channels or one each
  std::vector<Rational> offset; // as above
  Rounding rounding = Rounding::half_even;
  IntegerRange range;    // of the result
  IntegerRange interval; // of x, not empty and within +-2^62
  // Where channels have tighter intervals of their own: one each, within `interval`; else empty.
  std::vector<IntegerRange> channel_intervals = {};
};

struct FixedPoint {
  std::vector<std::int64_t> multiplier; // one for all channels or one each; |m| < 2^31, or 2^62 in two parts
  std::vector<std::int64_t> addend;     // as above; |c| < 2^62, and |x * m + c| < 2^63 for every x in the interval
  int shift = 0;                        // one for all channels, 0 to 62
  int prior_shift = 0;                  // two_part_shift for multipliers in two parts
};

struct Deviation {
  std::int64_t differing = 0; // integers x of the interval, over all channels, whose results differ
  std::int64_t largest = 0;   // difference of two results
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

// Counts exactly, in time proportional to the number of steps where the two agree. No list may be empty, and no
// multiplier has the other sign than its ratio.
Deviation verify_fixed_point(const AffineStep& step, const FixedPoint& fixed);

struct FixedPointChoice {
  FixedPoint fixed;
  Deviation deviation; // nothing where the choice is proven exact
};

// A plain shift where the ratio is a power of two and that is exact; else the smallest shift that has exact multipliers
// and addends for all channels, one multiplier for all where possible, in two parts only where x is within 32 bits and one
// part is not enough. Where there is none, the closest choice found.
FixedPointChoice choose_fixed_point(const AffineStep& step);

} // namespace tilewright
