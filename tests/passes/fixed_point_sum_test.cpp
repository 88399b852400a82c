// The proof for sums against brute force over every combination of terms.
#include "ir/fixed_point_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tilewright {
namespace {

// Written from the definitions, with none of the code under test but Rational's arithmetic.
std::int64_t slow_round(const Rational& v, Rounding mode) {
  const Rational low = v.floor();
  const std::int64_t l = *low.to_int64();
  if (low == v) return l;
  if (mode == Rounding::floor) return l;
  if (mode == Rounding::ceil) return l + 1;
  const int half = (v - low).compare(Rational(1, 2));
  if (half != 0) return half < 0 ? l : l + 1;
  if (mode == Rounding::half_up) return l + 1;
  if (mode == Rounding::half_away) return v.sign() < 0 ? l : l + 1;
  return l % 2 == 0 ? l : l + 1; // half_even
}

Deviation brute_force(const SumStep& step, const SumFixedPoint& fixed) {
  Deviation deviation;
  const Rational scale = Rational::power_of_two(-fixed.shift);
  for (std::size_t c = 0; c < step.channels.size(); ++c) {
    std::vector<std::int64_t> x;
    for (const IntegerRange& interval : step.intervals)
      x.push_back(interval.min);
    for (bool more = true; more;) {
      Rational exact = step.channels[c].offset;
      Rational numerator(fixed.channels[c].addend);
      for (std::size_t k = 0; k < x.size(); ++k) {
        exact += step.channels[c].ratio[k] * Rational(x[k]);
        numerator += Rational(fixed.channels[c].multiplier[k]) * Rational(x[k]);
      }
      const std::int64_t wanted = std::clamp(slow_round(exact, step.rounding), step.range.min, step.range.max);
      const std::int64_t got = std::clamp(slow_round(numerator * scale, step.rounding), step.range.min, step.range.max);
      deviation.differing += wanted != got;
      deviation.largest = std::max(deviation.largest, std::abs(wanted - got));
      more = false;
      for (std::size_t k = 0; k < x.size() && !more; ++k) {
        more = ++x[k] <= step.intervals[k].max;
        if (!more) x[k] = step.intervals[k].min;
      }
    }
  }
  return deviation;
}

class FixedPointSum : public testing::Test {
protected:
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  // As a model has them: the quotient of two float32.
  Rational scale() {
    const auto real = [&] { return static_cast<float>(std::uniform_real_distribution<double>(0.001, 0.1)(random_)); };
    return Rational::from_double(real()) / Rational::from_double(real());
  }

  std::mt19937 random_{20260101};
};

constexpr Rounding modes[] = {Rounding::half_even, Rounding::half_up, Rounding::half_away, Rounding::floor,
                              Rounding::ceil};

TEST_F(FixedPointSum, RandomScalesAreExact) {
  for (int round = 0; round < 24; ++round) {
    SumStep step;
    const std::size_t terms = round % 3 == 2 ? 3 : 2;
    const std::int64_t reach = terms == 3 ? 12 : 60;
    for (std::size_t k = 0; k < terms; ++k)
      step.intervals.push_back({integer(-reach, 0), integer(1, reach)});
    const std::size_t channels = round % 4 == 0 ? 2 : 1;
    for (std::size_t c = 0; c < channels; ++c) {
      SumChannel channel{{}, Rational(integer(-20, 20))};
      for (std::size_t k = 0; k < terms; ++k)
        channel.ratio.push_back(integer(0, 3) == 0 ? -scale() : scale());
      step.channels.push_back(channel);
    }
    step.rounding = modes[round % 5];
    step.range = {-128, 127};
    const auto choice = choose_sum_fixed_point(step);
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->deviation, Deviation{}) << round;
    EXPECT_EQ(brute_force(step, choice->fixed), Deviation{}) << round;
  }
}

TEST_F(FixedPointSum, FullBytesAreExact) {
  const SumStep step{{{{scale(), scale()}, Rational(3)}}, {{-128, 127}, {0, 255}}, Rounding::half_even, {-128, 127}};
  const auto choice = choose_sum_fixed_point(step);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->deviation, Deviation{});
  EXPECT_EQ(brute_force(step, choice->fixed), Deviation{});
}

TEST_F(FixedPointSum, PowersOfTwoNeedNoProof) {
  // Ties everywhere, and operands far too wide to enumerate.
  const IntegerRange wide{-(std::int64_t{1} << 24), std::int64_t{1} << 24};
  const SumStep step{
      {{{Rational(1, 8), Rational(-3, 4)}, Rational(1, 2)}}, {wide, wide}, Rounding::half_even, {-128, 127}};
  const auto choice = choose_sum_fixed_point(step);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->fixed.shift, 3);
  EXPECT_EQ(choice->fixed.channels[0].multiplier, (std::vector<std::int64_t>{1, -6}));
  EXPECT_EQ(choice->fixed.channels[0].addend, 4);
}

TEST_F(FixedPointSum, TiesOfOtherDenominators) {
  // 3/10 a + 1/2 b is a tie for many pairs, on either side of even and odd.
  for (const Rounding rounding : modes) {
    const SumStep step{
        {{{Rational(3, 10), Rational(1, 2)}, Rational(0)}}, {{-20, 20}, {-20, 20}}, rounding, {-128, 127}};
    const auto choice = choose_sum_fixed_point(step);
    ASSERT_TRUE(choice);
    EXPECT_EQ(brute_force(step, choice->fixed), choice->deviation) << static_cast<int>(rounding);
  }
}

TEST_F(FixedPointSum, TooManyCombinationsAreNotProven) {
  const IntegerRange wide{-(std::int64_t{1} << 20), std::int64_t{1} << 20};
  const SumStep step{{{{Rational(1, 3), Rational(1, 7)}, Rational(0)}}, {wide, wide}, Rounding::half_even, {-128, 127}};
  EXPECT_FALSE(choose_sum_fixed_point(step));
}

TEST_F(FixedPointSum, DeviationsAreCounted) {
  // A ratio beyond every multiplier.
  const SumStep step{{{{Rational::power_of_two(40), Rational(1, 3)}, Rational(0)}},
                     {{-3, 3}, {-5, 5}},
                     Rounding::half_even,
                     {-128, 127}};
  const auto choice = choose_sum_fixed_point(step);
  ASSERT_TRUE(choice);
  EXPECT_EQ(brute_force(step, choice->fixed), choice->deviation);
}

} // namespace
} // namespace tilewright
