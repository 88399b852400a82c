// Requantization in products of 16 bits against the affine step it stands for, accumulator by accumulator.
#include "backends/common/halfword_step.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>

namespace tilewright::testing {
namespace {

std::int64_t clamped(std::int64_t value, std::int64_t low, std::int64_t high) {
  return std::min(std::max(value, low), high);
}

// value / 2^shift, in the modes that the tests use.
std::int64_t rounded(std::int64_t value, std::int64_t shift, Rounding rounding) {
  const std::int64_t unit = std::int64_t{1} << shift;
  const std::int64_t below = value >= 0 ? value / unit : -((-value + unit - 1) / unit);
  const std::int64_t rest = value - below * unit; // 0 to unit - 1
  if (rounding == Rounding::floor) return below;
  if (rounding == Rounding::ceil) return below + (rest > 0 ? 1 : 0);
  if (2 * rest != unit) return below + (2 * rest > unit ? 1 : 0);
  if (rounding == Rounding::half_up) return below + 1;
  if (rounding == Rounding::half_away) return below + (value > 0 ? 1 : 0);
  return below + (below % 2 != 0 ? 1 : 0); // half_even
}

std::int64_t wanted(const RequantizeAttributes& attributes, std::size_t channel, std::int64_t x) {
  const std::int64_t sum = x * attributes.multiplier[channel] + attributes.addend[channel];
  return clamped(rounded(sum, attributes.shift, attributes.rounding), attributes.range.min, attributes.range.max);
}

// What kernels/requantize_step.h does; nullopt where something leaves the width that the hardware has for it.
std::optional<std::int64_t> computed(const HalfwordStep& step, const RequantizeAttributes& attributes,
                                     std::size_t channel, std::int64_t accumulator) {
  bool fits = true;
  const auto floor_shift = [](std::int64_t value, int bits) { return rounded(value, bits, Rounding::floor); };
  const auto checked = [&](std::int64_t value, int bits) {
    fits = fits && value < (std::int64_t{1} << (bits - 1)) && value >= -(std::int64_t{1} << (bits - 1));
    return value;
  };
  const std::int64_t x = checked(accumulator + step.offset[channel], 32);
  const std::int64_t low = step.unsigned_part ? 0 : -32768;
  const std::int64_t part = clamped(floor_shift(x, step.residual_bits), low, low + 65535);
  const std::int64_t residual = x - floor_shift(x, step.residual_bits) * (1 << step.residual_bits);
  std::int64_t added = checked(step.addend[channel], 16);
  if (step.has_fraction) {
    const std::int64_t product = checked(part * checked(step.fraction[channel], 16), 32);
    added = checked(added + checked(floor_shift(product, 16 + step.fraction_shift), 16), 16);
  }
  std::int64_t sum = checked(added * (1 << step.fraction_shift) + part * checked(step.high[channel], 16), 32);
  if (step.residual_bits > 0) sum = checked(sum + residual * checked(step.low[channel], 16), 32);
  if (!fits) return std::nullopt;
  return clamped(floor_shift(sum, step.shift), attributes.range.min, attributes.range.max);
}

void expect_equal_everywhere(const RequantizeAttributes& attributes, const IntegerRange& sums,
                             const HalfwordStep& step) {
  for (std::size_t channel = 0; channel < attributes.multiplier.size(); ++channel) {
    for (std::int64_t x = sums.min; x <= sums.max; ++x) {
      const std::optional<std::int64_t> result = computed(step, attributes, channel, x);
      const std::int64_t expected = wanted(attributes, channel, x);
      if (result == expected) continue;
      FAIL() << "channel " << channel << ", accumulator " << x << ": " << expected << " expected, and "
             << (result ? std::to_string(*result) : "an overflow");
    }
  }
}

struct StepCase {
  const char* name;
  ElementType element;
  IntegerRange range;
  double accumulators; // from one result to the next, in the flattest channel
  double spread;       // between the flattest and the steepest channel
  std::int64_t reach;  // of the sums
  bool mirrored = false;
};

RequantizeAttributes random_step(const StepCase& wanted, Rounding rounding, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> share(0, 1);
  RequantizeAttributes attributes{.shift = 34, .rounding = rounding, .element = wanted.element, .range = wanted.range};
  attributes.multiplier.clear();
  attributes.addend.clear();
  for (int channel = 0; channel < 3; ++channel) {
    const double ratio = std::pow(wanted.spread, share(random)) / wanted.accumulators;
    const double sign = wanted.mirrored && channel == 1 ? -1 : 1;
    attributes.multiplier.push_back(static_cast<std::int64_t>(sign * std::ldexp(ratio, 34)));
    attributes.addend.push_back(static_cast<std::int64_t>(std::ldexp(40 * share(random) - 20, 34)));
  }
  return attributes;
}

class HalfwordStepTest : public ::testing::TestWithParam<StepCase> {};

TEST_P(HalfwordStepTest, EqualsTheStepForEveryAccumulator) {
  const IntegerRange sums{-GetParam().reach, GetParam().reach - 1};
  int found = 0;
  constexpr int seeds = 5;
  const Rounding modes[] = {Rounding::half_even, Rounding::half_up, Rounding::floor, Rounding::ceil,
                            Rounding::half_away};
  for (unsigned seed = 0; seed < seeds; ++seed) {
    const RequantizeAttributes attributes = random_step(GetParam(), modes[seed], seed);
    const auto step = find_halfword_step(attributes, sums, attributes.multiplier.size());
    if (!step) continue;
    ++found;
    expect_equal_everywhere(attributes, sums, *step);
  }
  EXPECT_GE(found, 4) << "of " << seeds;
}

INSTANTIATE_TEST_SUITE_P(
    Steps, HalfwordStepTest,
    ::testing::Values(StepCase{"narrow_results", ElementType::int8, {-8, 7}, 60, 2, 40000},
                      StepCase{"few_accumulators", ElementType::int8, {-128, 127}, 3.7, 3, 3000},
                      StepCase{"sixteen_bits", ElementType::int8, {-128, 127}, 200, 8, 90000},
                      StepCase{"unsigned_results", ElementType::uint8, {0, 255}, 230, 8, 150000},
                      StepCase{"a_residual", ElementType::int8, {-128, 127}, 900, 3, 300000},
                      StepCase{"unsigned_residual", ElementType::uint8, {0, 255}, 900, 2, 400000},
                      StepCase{"half_the_range", ElementType::int8, {0, 127}, 700, 4, 300000},
                      StepCase{"negative_multipliers", ElementType::uint8, {0, 255}, 120, 4, 90000, true},
                      StepCase{"all_accumulators_in_range", ElementType::int8, {-128, 127}, 500, 2, 20000}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(HalfwordStepSearch, RefusesWhatShortProductsCantBe) {
  const IntegerRange sums{-4000000, 4000000};
  RequantizeAttributes attributes{
      .multiplier = {1234567}, .addend = {0}, .shift = 30, .element = ElementType::int16, .range = {-32768, 32767}};
  EXPECT_FALSE(find_halfword_step(attributes, sums, 1)) << "results of 16 bits";
  attributes.element = ElementType::int8;
  attributes.range = {-128, 127};
  ASSERT_TRUE(find_halfword_step(attributes, sums, 1));
  attributes.multiplier = {12345};
  EXPECT_FALSE(find_halfword_step(attributes, sums, 1)) << "more accumulators than 20 bits tell apart";
  attributes.multiplier = {1234567};
  attributes.addend = {std::int64_t{50} << 30};
  ASSERT_TRUE(find_halfword_step(attributes, sums, 1));
  EXPECT_FALSE(find_halfword_step(attributes, {-4000000, 2147483647}, 1)) << "sums that leave 32 bits";
  attributes.multiplier = {1234567, 0};
  attributes.addend = {0, 0};
  EXPECT_FALSE(find_halfword_step(attributes, sums, 2)) << "a constant channel";
}

} // namespace
} // namespace tilewright::testing
