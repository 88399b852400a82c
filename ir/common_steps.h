// Several channels of integers on one axis, so that one list of edges tells for all of them on which side of each step
// of a common function an integer lies.
//
//   channel c: x means ratio[c] * x + offset[c]     place(x) = clamp((x * multiplier[c] + addend[c]) >> shift)
//
// Edge i is exact where, in every channel, the places of what lies before step i are below it and all others are not.
// Places are rounded, so edges may have no room between two channels; addends are moved until they have.
#pragma once

#include "ir/rational.h"
#include "ir/types.h"

#include <string>
#include <variant>
#include <vector>

namespace tilewright {

struct SteppedChannel {
  Rational ratio; // any sign
  Rational offset;
  IntegerRange interval; // of x
  // For each step: the last x before it and the first one behind it, in the order of what they mean. Nothing where
  // the whole interval lies on the other side.
  std::vector<std::optional<std::int64_t>> before;
  std::vector<std::optional<std::int64_t>> behind;
};

// Places are from 0 to 2^place_bits - 1.
inline constexpr int place_bits = 30;

struct CommonSteps {
  std::vector<std::int64_t> multiplier; // one a channel; |m| < 2^31
  std::vector<std::int64_t> addend;     // |x * m + a| < 2^62
  int shift = 0;
  std::vector<std::int64_t> edge; // one a step, never falling, from 1 on
};

// All steps lie between `first` and `last`, first < last. The reason where there is no such axis.
std::variant<CommonSteps, std::string> common_steps(const std::vector<SteppedChannel>& channels, const Rational& first,
                                                    const Rational& last);

} // namespace tilewright
