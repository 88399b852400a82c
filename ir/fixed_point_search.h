// The search behind choose_fixed_point, on channels that are known to be different.
#pragma once

#include "ir/fixed_point.h"
#include "ir/step_function.h"
#include "ir/two_part.h"

namespace tilewright {

// One channel of an AffineStep, mirrored so that its ratio is not negative.
struct FixedPointChannel {
  Rational ratio;
  Rational offset;
  bool mirrored = false; // x stands for -x
  StepFunction steps;
};
FixedPointChannel channel_of(const AffineStep& step, std::size_t channel);

// What a multiplier makes of a channel's x: never falling, since x is mirrored where the multiplier is negative.
struct Product {
  std::int64_t multiplier = 0; // of the channel as it was before mirroring
  int prior_shift = 0;
  bool mirrored = false;
  Rounding rounding = Rounding::half_even;
  __int128 operator()(std::int64_t x) const { return product(mirrored ? -x : x, multiplier, prior_shift, rounding); }
};

// How far clamp(round_shift(product(x) + addend, shift)) is from the channel's steps.
Deviation deviation_of(const FixedPointChannel& channel, const AffineStep& step, const Product& product,
                       std::int64_t addend, int shift);

constexpr int largest_shift = 62;
constexpr std::int64_t most_multiplier = (std::int64_t{1} << 31) - 1;
constexpr std::int64_t most_two_part_multiplier = (std::int64_t{1} << 62) - 1;
constexpr __int128 addend_limit = static_cast<__int128>(1) << 62;

// The addends under which a product and a shift are exact: those between `low` and `high`.
struct AddendBounds {
  __int128 low = 1 - addend_limit;
  __int128 high = addend_limit - 1;
  bool empty() const { return low > high; }
};

// With `stop`, gives up at the first contradiction; otherwise collects every bound.
AddendBounds addend_bounds(const StepFunction& steps, const IntegerRange& range, const Product& product, int shift,
                           bool stop);

struct ChannelChoice {
  std::int64_t multiplier = 0; // for the channel as it was before mirroring
  std::int64_t addend = 0;
  Deviation deviation;
};
struct MultiplierSearchResult {
  int shift = 0;
  int prior_shift = 0;
  std::vector<ChannelChoice> channels;
};
MultiplierSearchResult search_fixed_point(const AffineStep& step, std::vector<FixedPointChannel> channels);

} // namespace tilewright
