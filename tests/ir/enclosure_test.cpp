// Enclosures hold the number, are narrow, and are exact where the result is rational. The oracle is the C library.
#include "ir/ops/unary.h"

#include <cmath>
#include <gtest/gtest.h>

namespace tilewright {
namespace {

constexpr int precision = 96;

TEST(Enclosure, HoldsWhatTheLibraryComputesOfEveryFunction) {
  for (const std::string_view name : unary_function_names()) {
    const UnaryFunction function = unary_function(name);
    const UnaryEnclosure enclosure = unary_enclosure(name);
    ASSERT_NE(enclosure, nullptr) << name;
    for (int step = -400; step <= 400; ++step) {
      const double x = step * 0.03125 + (step % 3) * 1e-3;
      for (const double alpha : {0.01, 0.5, 2.5}) {
        const double beta = 0.25;
        const double expected = function(x, alpha, beta);
        const Enclosure got =
            enclosure(Rational::from_double(x), Rational::from_double(alpha), Rational::from_double(beta), precision);
        if (!std::isfinite(expected)) {
          ASSERT_TRUE(got.special) << name << "(" << x << ")";
          EXPECT_EQ(std::isnan(*got.special), std::isnan(expected)) << name << "(" << x << ")";
          if (std::isinf(expected)) {
            EXPECT_EQ(*got.special, expected) << name << "(" << x << ")";
          }
          continue;
        }
        ASSERT_FALSE(got.special) << name << "(" << x << ")";
        EXPECT_LE(got.low, got.high) << name << "(" << x << ")";
        EXPECT_LE((got.high - got.low).to_double(), std::ldexp(1 + std::abs(expected), 20 - precision)) << name;
        EXPECT_NEAR(approximation_of(got), expected, 1e-13 * (1 + std::abs(expected))) << name << "(" << x << ")";
      }
    }
  }
}

TEST(Enclosure, RationalResultsAreExact) {
  const auto at = [](std::string_view name, const Rational& x, const Rational& alpha = {}, const Rational& beta = {}) {
    return unary_enclosure(name)(x, alpha, beta, precision);
  };
  const auto expect = [](const Enclosure& got, const Rational& value) {
    EXPECT_TRUE(got.exact());
    EXPECT_EQ(got.low, value) << got.low.text();
  };
  expect(at("hard_sigmoid", Rational(1, 7), Rational(1, 5), Rational(1, 2)), Rational(37, 70));
  expect(at("hard_swish", Rational(1)), Rational(2, 3));
  expect(at("reciprocal", Rational(3)), Rational(1, 3));
  expect(at("pow", Rational(-3, 2), Rational(3)), Rational(-27, 8));
  expect(at("pow", Rational(2), Rational(-2)), Rational(1, 4));
  expect(at("pow", Rational(9, 4), Rational(1, 2)), Rational(3, 2));
  expect(at("sqrt", Rational(9, 49)), Rational(3, 7)); // no dyadic number
  expect(at("softsign", Rational(-1, 3)), Rational(-1, 4));
  expect(at("sigmoid", Rational(0)), Rational(1, 2));
  expect(at("exp", Rational(0)), Rational(1));
  expect(at("tanh", Rational(0)), Rational(0));
  expect(at("gelu", Rational(0)), Rational(0));
  expect(at("abs", Rational(-5, 3)), Rational(5, 3));
  expect(at("round", Rational(5, 2)), Rational(2));
  expect(at("sign", Rational(-1, 9)), Rational(-1));
  expect(at("thresholded_relu", Rational(1), Rational(1)), Rational(0));
}

TEST(Enclosure, MorePrecisionIsNarrower) {
  const Enclosure coarse = exp_of(Rational(1, 3), 64);
  const Enclosure fine = exp_of(Rational(1, 3), 256);
  EXPECT_FALSE(fine.exact());
  EXPECT_LE(coarse.low, fine.low);
  EXPECT_GE(coarse.high, fine.high);
  EXPECT_LT(fine.high - fine.low, Rational::power_of_two(-250));
}

TEST(Enclosure, IntervalsStayIntervals) {
  const Enclosure x(Rational(-1), Rational(2));
  EXPECT_EQ((x * x).low, Rational(-2)); // it doesn't know that both are the same
  EXPECT_EQ((x - x).high, Rational(3));
  EXPECT_EQ(clamped(x, Rational(0), {}).low, Rational(0));
  EXPECT_LT((Enclosure(Rational(1)) / x).low, Rational(-1000)); // anything
  EXPECT_TRUE((Enclosure(Rational(1)) / Enclosure(Rational(0))).special);
}

// Far outside of float32, where rationals of that size would fill the memory.
TEST(Enclosure, HugeArgumentsStaySmall) {
  const Rational huge = Rational::power_of_two(120);
  EXPECT_EQ(exp_of(huge, precision).special, std::numeric_limits<double>::infinity());
  EXPECT_EQ(exp_of(-huge, precision).high, Rational(0));
  EXPECT_TRUE(unary_enclosure("sigmoid")(-huge, {}, {}, precision).exact());
}

} // namespace
} // namespace tilewright
