#include "op_fixture.h"

#include "ir/ops/clip.h"

namespace tilewright::testing_support {
namespace {

using Clip = OpFixture;

Attributes between(std::optional<Rational> low, std::optional<Rational> high) {
  return Attributes::of(ClipAttributes{std::move(low), std::move(high)});
}

TEST_F(Clip, RealsBetweenOptionalBounds) {
  const Operand x{tensor<float>({4}, {-9, 0.5f, 3, 9})};
  EXPECT_EQ(values<float>(run("clip", between(Rational(0), Rational(6)), {x}).result),
            (std::vector<float>{0, 0.5f, 3, 6}));
  EXPECT_EQ(values<float>(run("clip", between({}, Rational(1, 2)), {x}).result),
            (std::vector<float>{-9, 0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(values<float>(run("clip", between({}, {}), {x}).result), (std::vector<float>{-9, 0.5f, 3, 9}));
}

TEST_F(Clip, IntegersBetweenTheIntegersInside) {
  const Operand x{tensor<std::int8_t>({4}, {-128, -3, 3, 127})};
  const Outcome outcome = run("clip", between(Rational(-5, 2), Rational(1000)), {x});
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{-2, -2, 3, 127}));
  EXPECT_EQ(outcome.type.range, (IntegerRange{-2, 127}));
  EXPECT_EQ(run("clip", between(-Rational::power_of_two(100), Rational::power_of_two(100)), {x}).type.range,
            (IntegerRange{-128, 127}));
}

TEST_F(Clip, Refusals) {
  const Operand x{tensor<std::int8_t>({1}, {1})};
  EXPECT_EQ(refusal("clip", between(Rational(2), Rational(1)), std::vector{x}),
            "the lower bound is above the upper one; low <= high; 2 and 1");
  EXPECT_EQ(refusal("clip", between(Rational(1, 3), Rational(2, 3)), std::vector{x}),
            "no integer of the operand's type lies between the bounds; bounds that hold an integer; i8");
  EXPECT_EQ(refusal("clip", between(Rational(200), Rational(300)), std::vector{x}),
            "no integer of the operand's type lies between the bounds; bounds that hold an integer; i8");
}

} // namespace
} // namespace tilewright::testing_support
