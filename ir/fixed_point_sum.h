// Multipliers, an addend and a shift that stand for a sum of several scaled integers, and the proof that they do.
//
//   exact:  clamp(round(sum over k of ratio[k] * x[k] + offset), range)
//   fixed:  clamp(round_shift(sum over k of x[k] * multiplier[k] + addend, shift), range)
//
// With all terms but one held fast, both are step functions of one integer, and fixed_point.h's bounds on the addend
// apply. What the bounds of all such slices have in common is the proof. Where there are too many slices, as with four
// bytes, two halves of the terms are held against each other (ir/sum_halves.h).
#pragma once

#include "ir/fixed_point.h"

#include <optional>
#include <string>

namespace tilewright {

// Of one channel. At least one term.
struct SumChannel {
  std::vector<Rational> ratio; // any sign
  Rational offset;
  friend bool operator==(const SumChannel&, const SumChannel&) = default;
};

struct SumStep {
  std::vector<SumChannel> channels;    // one for all, or one each
  std::vector<IntegerRange> intervals; // of each term, not empty and within 32 bits
  Rounding rounding = Rounding::half_even;
  IntegerRange range; // of the result
};

struct SumFixedPoint {
  struct Channel {
    std::vector<std::int64_t> multiplier; // one a term; |m| < 2^31
    std::int64_t addend = 0;              // |c| < 2^62, and every numerator is within 64 bits
  };
  std::vector<Channel> channels; // as in the step
  int shift = 0;                 // 0 to 62
};

// The most slices that a proof looks at: terms of 8 bits, three of them, or one of 16 beside any other. Halves of a sum
// have as many combinations at most: four terms of 8 bits.
inline constexpr std::int64_t most_slices = std::int64_t{1} << 16;

struct SumChoice {
  SumFixedPoint fixed;
  Deviation deviation; // nothing where the choice is proven exact; else over all combinations of terms
};

// Exact by construction where every ratio and the offset are multiples of one power of two; else the smallest shift
// with proven multipliers and addends for all channels, or the closest choice found; where only halves are few enough,
// the finest shift. nullopt where neither slices nor halves are few enough.
std::optional<SumChoice> choose_sum_fixed_point(const SumStep& step);

} // namespace tilewright
