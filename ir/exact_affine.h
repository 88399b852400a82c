// round(ratio * x + offset) for integers x, and sums of such terms, exactly and fast: in 128 bits wherever the numbers
// allow.
#pragma once

#include "ir/rational.h"
#include "ir/rounding.h"
#include "ir/types.h"

#include <span>

namespace tilewright {

// ratio * x + offset = (slope * x + start) / denominator
struct IntegerAffine {
  __int128 slope = 0;
  __int128 start = 0;
  __int128 denominator = 1; // positive
};

// Over one denominator; nullopt where the denominator, the start, or slope * x for an x in `interval` reaches 2^124.
std::optional<IntegerAffine> integer_affine(const Rational& ratio, const Rational& offset,
                                            const IntegerRange& interval);

class ExactAffine {
public:
  // For every x within `interval`.
  ExactAffine(Rational ratio, Rational offset, const IntegerRange& interval);

  // clamp(round(ratio * x + offset), range)
  std::int64_t operator()(std::int64_t x, Rounding rounding, const IntegerRange& range) const;

private:
  Rational ratio_;
  Rational offset_;
  std::optional<IntegerAffine> fast_;
};

// clamp(round(sum of ratio[k] * x[k] + offset), range)
class ExactSum {
public:
  // For every x[k] within `intervals[k]`.
  ExactSum(std::vector<Rational> ratio, Rational offset, std::vector<IntegerRange> intervals);

  std::int64_t operator()(std::span<const std::int64_t> x, Rounding rounding, const IntegerRange& range) const;

  // The ends of the intervals that give the least and the greatest sum.
  std::vector<std::int64_t> lowest() const;
  std::vector<std::int64_t> highest() const;

private:
  std::vector<Rational> ratio_;
  Rational offset_;
  std::vector<IntegerRange> intervals_;
  std::vector<__int128> slope_; // empty where 128 bits are not enough
  __int128 start_ = 0;
  __int128 denominator_ = 1;
};

} // namespace tilewright
