// The proof procedure against brute force over whole intervals.
#include "ir/fixed_point.h"
#include "ir/two_part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tilewright {
namespace {

// Written from the definition, with none of the code under test but Rational's arithmetic.
std::int64_t slow_round(const Rational& v, Rounding mode) {
  const Rational low = v.floor();
  if (low == v) return *low.to_int64();
  const Rational high = low + Rational(1);
  const std::int64_t l = *low.to_int64();
  const std::int64_t h = l + 1;
  const bool negative = v.sign() < 0;
  const int half = (v - low).compare(Rational(1, 2));
  const auto nearest = [&](std::int64_t tie) { return half < 0 ? l : half > 0 ? h : tie; };
  switch (mode) {
  case Rounding::floor:
    return l;
  case Rounding::ceil:
    return h;
  case Rounding::toward_zero:
    return negative ? h : l;
  case Rounding::away_from_zero:
    return negative ? l : h;
  case Rounding::half_even:
    return nearest(l % 2 == 0 ? l : h);
  case Rounding::half_odd:
    return nearest(l % 2 == 0 ? h : l);
  case Rounding::half_away:
    return nearest(negative ? l : h);
  case Rounding::half_toward_zero:
    return nearest(negative ? h : l);
  case Rounding::half_up:
    return nearest(h);
  case Rounding::half_down:
    return nearest(l);
  }
  return 0;
}

std::int64_t clamped(std::int64_t v, const IntegerRange& range) { return std::clamp(v, range.min, range.max); }

template <class T> const T& at(const std::vector<T>& list, std::size_t c) {
  return list.size() == 1 ? list[0] : list[c];
}

// The fixed step as ir/fixed_point.h and ir/two_part.h describe it.
std::int64_t slow_fixed(const AffineStep& step, const FixedPoint& fixed, std::size_t c, std::int64_t x) {
  const Rational scale = Rational::power_of_two(-fixed.shift);
  const Rational multiplier(at(fixed.multiplier, c));
  Rational product = multiplier * Rational(x);
  if (fixed.prior_shift != 0) {
    const Rational unit = Rational::power_of_two(31);
    const Rational high = (multiplier / unit).floor();
    const Rational low = multiplier - high * unit;
    product = Rational(x) * high + Rational(slow_round(Rational(x) * low / unit, step.rounding));
  }
  return clamped(slow_round((product + Rational(at(fixed.addend, c))) * scale, step.rounding), step.range);
}

Deviation brute_force(const AffineStep& step, const FixedPoint& fixed) {
  Deviation deviation;
  const std::size_t channels = std::max({step.ratio.size(), step.offset.size(), step.channel_intervals.size(),
                                         fixed.multiplier.size(), fixed.addend.size()});
  for (std::size_t c = 0; c < channels; ++c) {
    const IntegerRange interval = step.channel_intervals.empty() ? step.interval : step.channel_intervals[c];
    for (std::int64_t x = interval.min; x <= interval.max; ++x) {
      const std::int64_t exact =
          clamped(slow_round(at(step.ratio, c) * Rational(x) + at(step.offset, c), step.rounding), step.range);
      const std::int64_t got = slow_fixed(step, fixed, c, x);
      deviation.differing += exact != got;
      deviation.largest = std::max(deviation.largest, std::abs(exact - got));
    }
  }
  return deviation;
}

constexpr Rounding modes[] = {
    Rounding::half_even, Rounding::half_odd, Rounding::half_away, Rounding::half_toward_zero, Rounding::half_up,
    Rounding::half_down, Rounding::floor,    Rounding::ceil,      Rounding::toward_zero,      Rounding::away_from_zero};

class FixedPointTest : public testing::Test {
protected:
  std::int64_t integer(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  // A scale as a model has it: any float32 between 2^-14 and 2.
  Rational scale() { return Rational::from_double(std::exp2f(std::uniform_real_distribution<float>(-14, 1)(random_))); }
  Rational ratio() {
    switch (integer(0, 5)) {
    case 0:
      return Rational::power_of_two(static_cast<int>(integer(-12, 2)));
    case 1:
      return Rational(integer(1, 40), integer(1, 40));
    case 2:
      return -scale();
    case 3:
      return scale() * scale() / scale();
    default:
      return scale();
    }
  }
  Rational offset() {
    switch (integer(0, 4)) {
    case 0:
      return Rational(0);
    case 1:
      return Rational(integer(-200, 200));
    case 2:
      return Rational(integer(-400, 400), 2); // ties
    case 3:
      return Rational(integer(-4000, 4000), integer(1, 64));
    default:
      return Rational::from_double(std::uniform_real_distribution<float>(-150, 150)(random_));
    }
  }
  IntegerRange range() {
    switch (integer(0, 4)) {
    case 0:
      return {-128, 127};
    case 1:
      return {0, 255};
    case 2:
      return {-7, 7};
    case 3:
      return {-32768, 32767};
    default:
      return {0, 1};
    }
  }
  IntegerRange interval() {
    const std::int64_t low = integer(-900, 300);
    return {low, low + integer(0, 900)};
  }
  AffineStep step(std::size_t channels) {
    AffineStep result{{}, {}, modes[integer(0, 9)], range(), interval()};
    for (std::size_t c = 0; c < channels; ++c) {
      result.ratio.push_back(ratio());
      result.offset.push_back(offset());
    }
    return result;
  }
  static int ties(const AffineStep& s) {
    int count = 0;
    for (std::int64_t x = s.interval.min; x <= s.interval.max; ++x) {
      const Rational v = s.ratio[0] * Rational(x) + s.offset[0];
      count += v - v.floor() == Rational(1, 2);
    }
    return count;
  }
  std::mt19937_64 random_{20240607};
};

TEST_F(FixedPointTest, ChoicesAreWhatBruteForceSays) {
  int inexact = 0;
  for (int i = 0; i < 2500; ++i) {
    const AffineStep s = step(1);
    const FixedPointChoice choice = choose_fixed_point(s);
    ASSERT_EQ(brute_force(s, choice.fixed), choice.deviation)
        << s.ratio[0].text() << " " << s.offset[0].text() << " " << name_of(s.rounding) << " [" << s.interval.min
        << ", " << s.interval.max << "] -> [" << s.range.min << ", " << s.range.max << "]: m "
        << choice.fixed.multiplier[0] << " c " << choice.fixed.addend[0] << " s " << choice.fixed.shift;
    if (choice.deviation == Deviation{}) continue;
    ++inexact;
    // Exact ties that go up and down in turns lie on a line that no other line follows; nothing else is out of reach of
    // a 31-bit multiplier on intervals as short as these.
    EXPECT_TRUE(s.rounding == Rounding::half_even || s.rounding == Rounding::half_odd);
    EXPECT_GE(ties(s), 3);
    EXPECT_EQ(choice.deviation.largest, 1);
  }
  EXPECT_LT(inexact, 25);
}

TEST_F(FixedPointTest, ChannelsShareOneExactShift) {
  for (int i = 0; i < 60; ++i) {
    const AffineStep s = step(5);
    const FixedPointChoice choice = choose_fixed_point(s);
    ASSERT_EQ(brute_force(s, choice.fixed), choice.deviation);
    EXPECT_EQ(choice.deviation, Deviation{});
  }
}

TEST_F(FixedPointTest, DeviationOfAnyNumbersIsCountedExactly) {
  int differing = 0;
  for (int i = 0; i < 1500; ++i) {
    AffineStep s = step(1);
    FixedPointChoice choice = choose_fixed_point(s);
    // Something else than what was chosen.
    choice.fixed.addend[0] += integer(-3, 3);
    if (choice.fixed.multiplier[0] != 0)
      choice.fixed.multiplier[0] += choice.fixed.multiplier[0] > 0 ? integer(0, 2) : -integer(0, 2);
    const Deviation counted = verify_fixed_point(s, choice.fixed);
    ASSERT_EQ(brute_force(s, choice.fixed), counted);
    differing += counted != Deviation{};
  }
  EXPECT_GT(differing, 300);
}

TEST_F(FixedPointTest, PowerOfTwoRatiosArePlainShifts) {
  for (const Rounding mode : modes) {
    for (int k = 0; k <= 20; ++k) {
      const AffineStep s{{Rational::power_of_two(-k)}, {Rational(3)}, mode, {-128, 127}, {-5000000, 5000000}};
      const FixedPointChoice choice = choose_fixed_point(s);
      EXPECT_EQ(choice.fixed.multiplier, std::vector<std::int64_t>{1});
      EXPECT_EQ(choice.fixed.shift, k);
      EXPECT_EQ(choice.fixed.addend, std::vector<std::int64_t>{std::int64_t{3} << k});
      EXPECT_EQ(choice.deviation, Deviation{});
    }
  }
}

TEST_F(FixedPointTest, AFinerResultIsAMultiplication) {
  const AffineStep s{{Rational(8)}, {Rational(0)}, Rounding::half_even, {-128, 127}, {-100000, 100000}};
  const FixedPointChoice choice = choose_fixed_point(s);
  EXPECT_EQ(choice.fixed.multiplier, std::vector<std::int64_t>{8});
  EXPECT_EQ(choice.fixed.shift, 0);
}

TEST_F(FixedPointTest, AWideAccumulatorIsExactInEightBits) {
  for (int i = 0; i < 300; ++i) {
    // About what a layer of 512 inputs has.
    const Rational r = scale() * Rational::power_of_two(-10);
    const AffineStep s{{r}, {offset()}, Rounding::half_even, {-128, 127}, {-8000000, 8000000}};
    const FixedPointChoice choice = choose_fixed_point(s);
    EXPECT_EQ(choice.deviation, Deviation{});
    EXPECT_EQ(verify_fixed_point(s, choice.fixed), Deviation{});
    EXPECT_LE(choice.fixed.shift, 46);
  }
}

TEST_F(FixedPointTest, NumbersBeyond128BitsAreExactToo) {
  // A bias that is a tiny float32: its denominator has more than 150 bits.
  const Rational tiny = Rational::power_of_two(-149);
  for (const Rational& bias : {tiny, -tiny}) {
    const AffineStep s{{Rational(1, 2)}, {bias}, Rounding::half_even, {-128, 127}, {-300, 300}};
    const FixedPointChoice choice = choose_fixed_point(s);
    EXPECT_EQ(brute_force(s, choice.fixed), Deviation{});
    EXPECT_EQ(choice.deviation, Deviation{});
  }
}

TEST_F(FixedPointTest, SixteenBitResultsAreExactInTwoParts) {
  int in_two = 0;
  for (int i = 0; i < 40; ++i) {
    // 16 bits out of 31: steps are 2^-15 apart in fractions that a 31-bit multiplier cannot tell apart.
    const Rational r = (i % 4 == 0 ? -scale() : scale()) * scale() / scale() * Rational::power_of_two(-12);
    const AffineStep s{{r}, {offset()}, modes[i % 10], {-32768, 32767}, {-1000000000, 2000000000}};
    const FixedPointChoice choice = choose_fixed_point(s);
    EXPECT_EQ(choice.deviation, Deviation{}) << r.text();
    EXPECT_EQ(verify_fixed_point(s, choice.fixed), Deviation{});
    in_two += choice.fixed.prior_shift != 0;
    for (int k = 0; k < 300; ++k) {
      // Next to a step, where a difference would be.
      const Rational boundary = (Rational(2 * integer(-32768, 32766) + 1, 2) - s.offset[0]) / r;
      const std::int64_t x = std::clamp<std::int64_t>(*boundary.floor().to_int64() + integer(0, 1), -1000000000, 2000000000);
      const std::int64_t exact = clamped(slow_round(r * Rational(x) + s.offset[0], s.rounding), s.range);
      ASSERT_EQ(slow_fixed(s, choice.fixed, 0, x), exact) << r.text() << " " << x;
    }
  }
  EXPECT_GT(in_two, 20);
}

TEST_F(FixedPointTest, TiesInTurnsAreExactInTwoParts) {
  // Ties that go up and down in turns: the first rounding takes the error of the multiplier away.
  for (const Rounding mode : {Rounding::half_even, Rounding::half_odd}) {
    const AffineStep s{{Rational(3, 10)}, {Rational(0)}, mode, {-32768, 32767}, {-1000, 1000}};
    const FixedPointChoice choice = choose_fixed_point(s);
    EXPECT_NE(choice.fixed.prior_shift, 0);
    EXPECT_EQ(brute_force(s, choice.fixed), Deviation{});
  }
}

TEST_F(FixedPointTest, TwoPartsFollowTheirDefinition) {
  for (int i = 0; i < 200; ++i) {
    AffineStep s = step(1);
    s.range = {-32768, 32767};
    FixedPoint fixed{{0}, {integer(-1000, 1000)}, static_cast<int>(integer(4, 20)), two_part_shift};
    fixed.multiplier[0] = *(s.ratio[0] * Rational::power_of_two(fixed.shift + two_part_shift)).floor().to_int64();
    ASSERT_EQ(brute_force(s, fixed), verify_fixed_point(s, fixed));
  }
}

TEST_F(FixedPointTest, WhereNothingIsExactTheDifferenceIsCounted) {
  // 16 bits out of 40: beyond 32 bits a multiplier has one part.
  const AffineStep s{{Rational::from_double(3.1415927e-8)},
                     {Rational(1, 3)},
                     Rounding::half_even,
                     {-32768, 32767},
                     {-500000000000, 500000000000}};
  const FixedPointChoice choice = choose_fixed_point(s);
  EXPECT_EQ(choice.deviation, verify_fixed_point(s, choice.fixed));
  EXPECT_EQ(choice.deviation.largest, 1);
  EXPECT_LT(choice.deviation.differing, 500000000); // of 10^12
}

TEST_F(FixedPointTest, OnlyWhatAChannelReachesCounts) {
  AffineStep s{{Rational(3, 10)}, {Rational(0)}, Rounding::half_even, {-32768, 32767}, {-10000000000, 10000000000}};
  EXPECT_NE(choose_fixed_point(s).deviation, Deviation{});
  s.channel_intervals = {{-7, 7}, {0, 9}, {996, 1000}};
  const FixedPointChoice choice = choose_fixed_point(s);
  EXPECT_EQ(choice.deviation, Deviation{});
  EXPECT_EQ(brute_force(s, choice.fixed), Deviation{});
  EXPECT_EQ(choice.fixed.prior_shift, 0);
  for (int i = 0; i < 100; ++i) {
    AffineStep random = step(3);
    random.channel_intervals = {interval(), interval(), interval()};
    random.interval = {-900, 1200};
    const FixedPointChoice found = choose_fixed_point(random);
    ASSERT_EQ(brute_force(random, found.fixed), found.deviation);
  }
}

TEST_F(FixedPointTest, ZeroAndConstantResults) {
  const AffineStep zero{{Rational(0)}, {Rational(5, 2)}, Rounding::half_odd, {-128, 127}, {-1000, 1000}};
  EXPECT_EQ(brute_force(zero, choose_fixed_point(zero).fixed), Deviation{});
  const AffineStep saturated{{Rational(1)}, {Rational(100000)}, Rounding::half_even, {-128, 127}, {-1000, 1000}};
  EXPECT_EQ(brute_force(saturated, choose_fixed_point(saturated).fixed), Deviation{});
}

} // namespace
} // namespace tilewright
