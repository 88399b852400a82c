// Requantization seen as a monotone step function of integers, known by the places of its steps.
//
//   y(x) = clamp(round(ratio * x + offset), range)          x in an interval, ratio >= 0
#pragma once

#include "ir/exact_affine.h"

#include <algorithm>
#include <vector>

namespace tilewright {

// Where rounding goes from q to q + 1: a value v gives at least q + 1 exactly if 2 v >= twice (inclusive) or
// 2 v > twice (not inclusive).
struct RoundingBoundary {
  std::int64_t twice = 0;
  bool inclusive = false;
};

// A rounding mode's boundaries above all negative q, or above all others.
struct BoundaryRule {
  int distance = 1;                   // twice = 2 q + distance
  bool inclusive[2] = {false, false}; // for even and for odd q
  RoundingBoundary above(std::int64_t q) const { return {2 * q + distance, inclusive[q & 1]}; }
};
BoundaryRule boundary_rule(Rounding rounding, bool negative);

inline RoundingBoundary boundary_above(std::int64_t q, Rounding rounding) {
  return boundary_rule(rounding, q < 0).above(q);
}

// The smallest integer v for which v / 2^shift lies beyond the boundary.
inline __int128 numerator_beyond(const RoundingBoundary& boundary, int shift) {
  const __int128 doubled = static_cast<__int128>(boundary.twice) << shift; // 2 v against this
  return (doubled >> 1) + (boundary.inclusive && (doubled & 1) == 0 ? 0 : 1);
}

class StepFunction {
public:
  // `ratio` is not negative; the interval is not empty.
  StepFunction(const Rational& ratio, const Rational& offset, Rounding rounding, const IntegerRange& range,
               const IntegerRange& interval);

  std::int64_t first() const { return first_; } // y at the interval's lower end
  std::int64_t last() const { return last_; }   // and at its upper one
  const IntegerRange& interval() const { return interval_; }

  // Calls `visit(q, boundary above q, t)` for every q from first() to last() - 1, with the smallest x for which y(x) >
  // q; it lies inside the interval and above its lower end. Stops early, and returns false, where `visit` does.
  template <class Visit> bool for_each_step(Visit&& visit) const {
    const std::int64_t middle = std::clamp<std::int64_t>(0, first_, last_);
    return visit_steps(first_, middle, boundary_rule(rounding_, true), visit) &&
           visit_steps(middle, last_, boundary_rule(rounding_, false), visit);
  }

private:
  template <class Visit>
  bool visit_steps(std::int64_t from, std::int64_t to, const BoundaryRule& rule, Visit&& visit) const {
    if (from == to) return true;
    if (!fast_) {
      for (std::int64_t q = from; q < to; ++q) {
        if (!visit(q, rule.above(q), steps_[static_cast<std::size_t>(q - first_)])) return false;
      }
      return true;
    }
    // t is (twice * D - 2 B) / (2 A), rounded up. From one q to the next that grows by D / A: no division in the loop.
    __int128 quotient = 0;
    __int128 remainder = 0;
    divide(rule.above(from).twice, quotient, remainder);
    for (std::int64_t q = from; q < to; ++q) {
      const RoundingBoundary boundary = rule.above(q);
      const __int128 t = quotient + (!boundary.inclusive || remainder > 0 ? 1 : 0);
      if (!visit(q, boundary, static_cast<std::int64_t>(t))) return false;
      quotient += step_quotient_;
      remainder += step_remainder_;
      if (remainder >= divisor_) {
        remainder -= divisor_;
        ++quotient;
      }
    }
    return true;
  }
  void divide(std::int64_t twice, __int128& quotient, __int128& remainder) const;

  Rounding rounding_;
  IntegerRange interval_;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::optional<IntegerAffine> fast_;
  __int128 divisor_ = 1; // 2 A
  __int128 step_quotient_ = 0;
  __int128 step_remainder_ = 0;
  std::vector<std::int64_t> steps_; // where 128 bits are not enough
};

} // namespace tilewright
