// Halves of a sum against every combination of its terms.
#include "ir/sum_halves.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tilewright {
namespace {

using Terms = std::vector<std::int64_t>;

void for_each_combination(const SumStep& step, const std::function<void(const Terms&)>& visit) {
  Terms x;
  for (const IntegerRange& interval : step.intervals)
    x.push_back(interval.min);
  for (bool more = true; more;) {
    visit(x);
    more = false;
    for (std::size_t k = 0; k < x.size() && !more; ++k) {
      more = ++x[k] <= step.intervals[k].max;
      if (!more) x[k] = step.intervals[k].min;
    }
  }
}

std::int64_t exact(const SumStep& step, const Terms& x) {
  Rational sum = step.channels[0].offset;
  for (std::size_t k = 0; k < x.size(); ++k)
    sum += step.channels[0].ratio[k] * Rational(x[k]);
  const Rational limited = std::clamp(sum, Rational(-100000), Rational(100000));
  return std::clamp(*round(limited, step.rounding).to_int64(), step.range.min, step.range.max);
}

std::int64_t fixed(const SumStep& step, const Terms& x, const Terms& multiplier, std::int64_t addend, int shift) {
  __int128 numerator = addend;
  for (std::size_t k = 0; k < x.size(); ++k)
    numerator += static_cast<__int128>(multiplier[k]) * x[k];
  const auto rounded = static_cast<std::int64_t>(round_shift(numerator, shift, step.rounding));
  return std::clamp(rounded, step.range.min, step.range.max);
}

class SumHalvesTest : public testing::Test {
protected:
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  // As a model has them: the quotient of two float32, the second one the result's scale.
  Rational scale() {
    const float real = static_cast<float>(std::uniform_real_distribution<double>(0.01, 0.1)(random_));
    return Rational::from_double(static_cast<double>(real)) / Rational::from_double(static_cast<double>(0.043F));
  }
  SumStep random_step(Rounding rounding, std::int64_t reach, std::size_t terms) {
    SumStep step{{{{}, Rational(integer(-40, 40), 8)}}, {}, rounding, {-60, 90}};
    for (std::size_t k = 0; k < terms; ++k) {
      step.intervals.push_back({integer(-reach, 0), integer(1, reach)});
      const Rational ratio = integer(0, 3) == 0 ? Rational(integer(1, 9), 4) : scale(); // some make ties
      step.channels[0].ratio.push_back(integer(0, 2) == 0 ? -ratio : ratio);
    }
    return step;
  }
  static Terms nearest(const SumStep& step, int shift) {
    Terms multiplier;
    for (const Rational& ratio : step.channels[0].ratio)
      multiplier.push_back(*round(ratio * Rational::power_of_two(shift), Rounding::half_even).to_int64());
    return multiplier;
  }

  std::mt19937 random_{20260202};
};

constexpr Rounding modes[] = {Rounding::half_even, Rounding::half_up,     Rounding::half_away,
                              Rounding::floor,     Rounding::toward_zero, Rounding::ceil};

TEST_F(SumHalvesTest, DeviationsAreThoseOfAllCombinations) {
  int inexact = 0;
  for (int round = 0; round < 36; ++round) {
    const SumStep step = random_step(modes[round % 6], 9, 3 + static_cast<std::size_t>(round) % 2);
    const int shift = 9 + round % 4;
    const Terms multiplier = nearest(step, shift);
    const std::int64_t addend =
        integer(-3, 3) +
        *tilewright::round(step.channels[0].offset * Rational::power_of_two(shift), Rounding::floor).to_int64();
    Deviation expected;
    for_each_combination(step, [&](const Terms& x) {
      const std::int64_t difference = std::abs(exact(step, x) - fixed(step, x, multiplier, addend, shift));
      expected.differing += difference != 0 ? 1 : 0;
      expected.largest = std::max(expected.largest, difference);
    });
    const SumHalves halves(step, step.channels[0]);
    ASSERT_TRUE(halves.fits());
    const auto deviation = halves.deviation(multiplier, addend, shift);
    ASSERT_TRUE(deviation) << round;
    EXPECT_EQ(*deviation, expected) << round;
    inexact += expected.differing > 0 ? 1 : 0;
  }
  EXPECT_GT(inexact, 10); // else the test shows nothing
}

TEST_F(SumHalvesTest, BoundsAreTheAddendsThatAreExact) {
  int possible = 0;
  for (int round = 0; round < 24; ++round) {
    const SumStep step = random_step(modes[round % 6], 6, 3);
    const int shift = 16;
    const Terms multiplier = nearest(step, shift);
    const AddendBounds bounds = SumHalves(step, step.channels[0]).bounds(multiplier, shift);
    const auto is_exact = [&](__int128 addend) {
      bool all = true;
      for_each_combination(step, [&](const Terms& x) {
        all = all && exact(step, x) == fixed(step, x, multiplier, static_cast<std::int64_t>(addend), shift);
      });
      return all;
    };
    if (bounds.empty()) {
      const Rational offset = step.channels[0].offset * Rational::power_of_two(shift);
      EXPECT_FALSE(is_exact(*tilewright::round(offset, Rounding::half_even).to_int128())) << round;
      continue;
    }
    ++possible;
    EXPECT_TRUE(is_exact(bounds.low)) << round;
    EXPECT_TRUE(is_exact(bounds.high)) << round;
  }
  EXPECT_GT(possible, 6);
}

// Too many for slices, and for any test: a sample, with those next to boundaries among them.
TEST_F(SumHalvesTest, FourBytes) {
  SumStep step{{{{}, Rational(3)}}, {}, Rounding::half_even, {-128, 127}};
  for (int k = 0; k < 4; ++k) {
    step.intervals.push_back({-128, 127});
    step.channels[0].ratio.push_back(scale() / Rational(4));
  }
  const auto choice = choose_sum_fixed_point(step);
  ASSERT_TRUE(choice);
  EXPECT_LE(choice->deviation.largest, 1);
  EXPECT_LT(choice->deviation.differing, std::int64_t{1} << 14); // of 2^32
  const auto& channel = choice->fixed.channels[0];
  for (int i = 0; i < 20000; ++i) {
    const Terms x{integer(-128, 127), integer(-128, 127), integer(-128, 127), integer(-128, 127)};
    EXPECT_LE(std::abs(exact(step, x) - fixed(step, x, channel.multiplier, channel.addend, choice->fixed.shift)),
              choice->deviation.largest);
  }
}

TEST_F(SumHalvesTest, FiveBytesAreTooMany) {
  SumStep step{{{{}, Rational(0)}}, {}, Rounding::half_even, {-128, 127}};
  for (int k = 0; k < 5; ++k) {
    step.intervals.push_back({-128, 127});
    step.channels[0].ratio.push_back(scale());
  }
  EXPECT_FALSE(SumHalves(step, step.channels[0]).fits());
  EXPECT_FALSE(choose_sum_fixed_point(step));
}

} // namespace
} // namespace tilewright
