// Sums of scaled integers whose combinations are too many to look at one by one.
//
// The terms are dealt to two halves, each with few combinations. A sum can only be rounded differently where it lies
// next to a boundary of rounding; modulo 1, that says of each combination of one half where those of the other have to
// lie. Looking there finds all combinations that matter: of four bytes, a few thousand of 2^32.
#pragma once

#include "ir/fixed_point_search.h"
#include "ir/fixed_point_sum.h"

#include <functional>

namespace tilewright {

// Of one channel. The step and the channel have to outlive it.
class SumHalves {
public:
  SumHalves(const SumStep& step, const SumChannel& channel);

  // Whether each half has most_slices combinations at most, and 128 bits hold their sums.
  bool fits() const { return fits_; }

  // The addends under which the multipliers are exact for all combinations. Empty where there are none, and where
  // multipliers are so coarse that every sum would have to be looked at.
  AddendBounds bounds(const std::vector<std::int64_t>& multiplier, int shift) const;

  // Over all combinations; nullopt where that would be too many to look at.
  std::optional<Deviation> deviation(const std::vector<std::int64_t>& multiplier, std::int64_t addend, int shift) const;

private:
  struct Half {
    std::vector<std::size_t> terms;
    std::vector<std::vector<std::int64_t>> x; // of each combination, in the order of `terms`
    std::vector<__int128> sums;               // in units
    std::vector<std::int64_t> fractions;      // the sums' distance above a boundary, in units
  };
  using Visit = std::function<void(__int128 exact, __int128 numerator)>;

  void enumerate(Half& half, const std::vector<__int128>& ratio, __int128 offset) const;
  // How far the numerators can be from what they stand for, in steps of the result.
  Rational error(const std::vector<std::int64_t>& multiplier, const Rational& addend, int shift) const;
  // Calls `visit` for all combinations within `distance` steps of a boundary, perhaps for others too, with their exact
  // sum in units and their numerator without an addend. False where there are too many.
  bool visit_near(const std::vector<std::int64_t>& multiplier, const Rational& distance, const Visit& visit) const;
  // The result of a sum in units.
  std::int64_t rounded(__int128 sum) const;

  const SumStep& step_;
  const SumChannel& channel_;
  bool fits_ = false;
  std::int64_t units_ = 1; // in a step of the result; an even number
  Half halves_[2];
};

} // namespace tilewright
