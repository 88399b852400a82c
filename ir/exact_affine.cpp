#include "ir/exact_affine.h"

#include <algorithm>

namespace tilewright {

std::optional<IntegerAffine> integer_affine(const Rational& ratio, const Rational& offset,
                                            const IntegerRange& interval) {
  // The least common multiple of the denominators: the first, times what the second does not share with it.
  const Rational common = ratio.denominator() * (offset * ratio.denominator()).denominator();
  const Rational slope = ratio * common;
  const Rational start = offset * common;
  const Rational limit = Rational::power_of_two(124);
  const Rational reach = std::max(Rational(interval.min).abs(), Rational(interval.max).abs());
  if (common >= limit || start.abs() >= limit || slope.abs() * std::max(reach, Rational(1)) >= limit)
    return std::nullopt;
  return IntegerAffine{*slope.to_int128(), *start.to_int128(), *common.to_int128()};
}

ExactAffine::ExactAffine(Rational ratio, Rational offset, const IntegerRange& interval)
    : ratio_(std::move(ratio)), offset_(std::move(offset)), fast_(integer_affine(ratio_, offset_, interval)) {}

std::int64_t ExactAffine::operator()(std::int64_t x, Rounding rounding, const IntegerRange& range) const {
  if (fast_) {
    const __int128 rounded = round_divide(fast_->slope * x + fast_->start, fast_->denominator, rounding);
    return static_cast<std::int64_t>(
        std::clamp(rounded, static_cast<__int128>(range.min), static_cast<__int128>(range.max)));
  }
  const Rational rounded = round(ratio_ * Rational(x) + offset_, rounding);
  if (rounded <= Rational(range.min)) return range.min;
  if (rounded >= Rational(range.max)) return range.max;
  return *rounded.to_int64();
}

} // namespace tilewright
