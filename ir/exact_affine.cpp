#include "ir/exact_affine.h"

#include <algorithm>

namespace tilewright {

namespace {

std::int64_t clamped(__int128 value, const IntegerRange& range) {
  return static_cast<std::int64_t>(
      std::clamp(value, static_cast<__int128>(range.min), static_cast<__int128>(range.max)));
}

std::int64_t clamped(const Rational& value, const IntegerRange& range) {
  if (value <= Rational(range.min)) return range.min;
  if (value >= Rational(range.max)) return range.max;
  return *value.to_int64();
}

} // namespace

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
  if (fast_) return clamped(round_divide(fast_->slope * x + fast_->start, fast_->denominator, rounding), range);
  return clamped(round(ratio_ * Rational(x) + offset_, rounding), range);
}

ExactSum::ExactSum(std::vector<Rational> ratio, Rational offset, std::vector<IntegerRange> intervals)
    : ratio_(std::move(ratio)), offset_(std::move(offset)), intervals_(std::move(intervals)) {
  Rational common = offset_.denominator();
  for (const Rational& r : ratio_)
    common *= (r * common).denominator();
  Rational reach = (offset_ * common).abs();
  std::vector<__int128> slope;
  for (std::size_t k = 0; k < ratio_.size(); ++k) {
    const Rational scaled = ratio_[k] * common;
    const Rational most = std::max(Rational(intervals_[k].min).abs(), Rational(intervals_[k].max).abs());
    reach += scaled.abs() * std::max(most, Rational(1));
    slope.push_back(scaled.to_int128().value_or(0));
  }
  const Rational limit = Rational::power_of_two(124);
  if (common >= limit || reach >= limit) return;
  slope_ = std::move(slope);
  start_ = *(offset_ * common).to_int128();
  denominator_ = *common.to_int128();
}

std::int64_t ExactSum::operator()(std::span<const std::int64_t> x, Rounding rounding, const IntegerRange& range) const {
  if (!slope_.empty()) {
    __int128 sum = start_;
    for (std::size_t k = 0; k < slope_.size(); ++k)
      sum += slope_[k] * x[k];
    return clamped(round_divide(sum, denominator_, rounding), range);
  }
  Rational sum = offset_;
  for (std::size_t k = 0; k < ratio_.size(); ++k)
    sum += ratio_[k] * Rational(x[k]);
  return clamped(round(sum, rounding), range);
}

std::vector<std::int64_t> ExactSum::lowest() const {
  std::vector<std::int64_t> x;
  for (std::size_t k = 0; k < ratio_.size(); ++k)
    x.push_back(ratio_[k].sign() < 0 ? intervals_[k].max : intervals_[k].min);
  return x;
}

std::vector<std::int64_t> ExactSum::highest() const {
  std::vector<std::int64_t> x;
  for (std::size_t k = 0; k < ratio_.size(); ++k)
    x.push_back(ratio_[k].sign() < 0 ? intervals_[k].min : intervals_[k].max);
  return x;
}

} // namespace tilewright
