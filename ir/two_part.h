// Products with multipliers of up to 62 bits, as hardware with 32 x 32 bit products and 64-bit sums computes them:
//
//   multiplier = high * 2^31 + low,   0 <= low < 2^31
//   product    = x * high + round_shift(x * low, 31)             in units of 2^31
#pragma once

#include "ir/rounding.h"

#include <cstdint>

namespace tilewright {

inline constexpr int two_part_shift = 31;

struct TwoParts {
  std::int64_t high = 0;
  std::int64_t low = 0;
};

constexpr TwoParts two_parts(std::int64_t multiplier) {
  return {multiplier >> two_part_shift, multiplier & ((std::int64_t{1} << two_part_shift) - 1)};
}

// x * multiplier without a prior shift, else the product above. Monotone in x: it grows where the multiplier is
// positive.
inline __int128 product(std::int64_t x, std::int64_t multiplier, int prior_shift, Rounding rounding) {
  const __int128 wide = x;
  if (prior_shift == 0) return wide * multiplier;
  const TwoParts parts = two_parts(multiplier);
  return wide * parts.high + round_shift(wide * parts.low, prior_shift, rounding);
}

} // namespace tilewright
