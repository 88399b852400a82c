#include "ir/step_function.h"

#include <algorithm>
#include <cassert>

namespace tilewright {

BoundaryRule boundary_rule(Rounding rounding, bool negative) {
  const BoundaryRule reaches_next{2, {true, true}};
  const BoundaryRule exceeds_this{0, {false, false}};
  const auto middle = [](bool even_goes_up, bool odd_goes_up) { return BoundaryRule{1, {even_goes_up, odd_goes_up}}; };
  switch (rounding) {
  case Rounding::floor:
    return reaches_next;
  case Rounding::ceil:
    return exceeds_this;
  case Rounding::toward_zero:
    return negative ? exceeds_this : reaches_next;
  case Rounding::away_from_zero:
    return negative ? reaches_next : exceeds_this;
  case Rounding::half_even:
    return middle(false, true);
  case Rounding::half_odd:
    return middle(true, false);
  case Rounding::half_away:
    return middle(!negative, !negative);
  case Rounding::half_toward_zero:
    return middle(negative, negative);
  case Rounding::half_up:
    return middle(true, true);
  case Rounding::half_down:
    break;
  }
  return middle(false, false);
}

StepFunction::StepFunction(const Rational& ratio, const Rational& offset, Rounding rounding, const IntegerRange& range,
                           const IntegerRange& interval)
    : rounding_(rounding), interval_(interval), fast_(integer_affine(ratio, offset, interval)) {
  assert(ratio.sign() >= 0 && interval.min <= interval.max);
  const ExactAffine exact(ratio, offset, interval);
  first_ = exact(interval.min, rounding, range);
  last_ = exact(interval.max, rounding, range);
  if (first_ == last_) { // no step: also where the ratio is 0
    fast_.reset();
    return;
  }
  // `twice` has up to 33 bits for results of up to 32.
  const auto small = [](__int128 value) { return value < (static_cast<__int128>(1) << 90); };
  const auto magnitude = [](__int128 value) { return value < 0 ? -value : value; };
  if (fast_ && small(fast_->denominator) && magnitude(fast_->start) < (static_cast<__int128>(1) << 123) &&
      magnitude(first_) < (std::int64_t{1} << 32) && magnitude(last_) < (std::int64_t{1} << 32)) {
    divisor_ = 2 * fast_->slope;
    step_quotient_ = fast_->denominator / fast_->slope;
    step_remainder_ = 2 * (fast_->denominator % fast_->slope);
    return;
  }
  fast_.reset();
  for (std::int64_t q = first_; q < last_; ++q) {
    const RoundingBoundary boundary = boundary_above(q, rounding);
    const Rational x = (Rational(boundary.twice) / Rational(2) - offset) / ratio;
    const Rational t = boundary.inclusive ? x.ceil() : x.floor() + Rational(1);
    steps_.push_back(*t.to_int64());
  }
}

void StepFunction::divide(std::int64_t twice, __int128& quotient, __int128& remainder) const {
  const __int128 dividend = twice * fast_->denominator - 2 * fast_->start;
  quotient = dividend / divisor_;
  remainder = dividend % divisor_;
  if (remainder < 0) {
    remainder += divisor_;
    --quotient;
  }
}

} // namespace tilewright
