#include "ir/ops/requantize_positions.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class RequantizePositions : public OpFixture {
protected:
  // Averages of 4 and of 6 over an image of 2 x 2 pixels.
  static RequantizePositionsAttributes averages() {
    RequantizePositionsAttributes attributes;
    attributes.multiplier = {3, 2};
    attributes.addend = {0, 1};
    attributes.shift = 2;
    attributes.scale = {Rational(1, 8)};
    return attributes;
  }
  static std::vector<Operand> image(std::vector<std::uint8_t> sorts = {0, 1, 1, 0}) {
    const auto count = static_cast<std::int64_t>(sorts.size());
    return {{tensor<std::int32_t>({1, 2, 2, 2}, {1, 2, 3, 4, 5, 6, 1000, -1000}), false, {}, IntegerRange{-1000, 1000}},
            {tensor<std::uint8_t>({count}, std::move(sorts)), true}};
  }
};

TEST_F(RequantizePositions, EachSortHasItsNumbers) {
  const Outcome outcome = run("requantize_positions", Attributes::of(averages()), image());
  ASSERT_FALSE(outcome.error) << outcome.error->reason;
  // 3/4 and 6/4 to even; (6 + 1)/4 ... (12 + 1)/4; 3000/4 and -3000/4 saturate.
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{1, 2, 2, 2, 3, 3, 127, -128}));
  EXPECT_EQ(outcome.type.quantization, per_tensor(Rational(1, 8), 0));
}

TEST_F(RequantizePositions, MultipliersInTwoParts) {
  RequantizePositionsAttributes attributes = averages();
  // 3 * 2^31 + 2^30 in units of 2^31: three and a half.
  attributes.multiplier = {(std::int64_t{3} << 31) + (1 << 30), std::int64_t{1} << 31};
  attributes.addend = {0, 0};
  attributes.prior_shift = two_part_shift;
  attributes.shift = 0;
  EXPECT_EQ(to_int64(run("requantize_positions", Attributes::of(attributes), image()).result),
            (std::vector<std::int64_t>{3, 7, 3, 4, 5, 6, 127, -128})); // 3 + round(0.5) to even
}

TEST_F(RequantizePositions, Refusals) {
  EXPECT_EQ(refusal("requantize_positions", Attributes::of(averages()), image({0, 1, 1})),
            "the sorts do not fit the operand's positions; an integer for each; 3");
  EXPECT_EQ(refusal("requantize_positions", Attributes::of(averages()), image({0, 1, 2, 0})),
            "there is no such sort of position; 0 to 1; ");
  RequantizePositionsAttributes attributes = averages();
  attributes.addend = {0};
  EXPECT_EQ(refusal("requantize_positions", Attributes::of(attributes), image()),
            "multipliers and addends do not fit each other; as many of both; 2 and 1");
  attributes = averages();
  attributes.shift = 63;
  EXPECT_EQ(refusal("requantize_positions", Attributes::of(attributes), image()),
            "the shift is out of range; 0 to 62; 63");
  attributes = averages();
  attributes.prior_shift = 7;
  EXPECT_EQ(refusal("requantize_positions", Attributes::of(attributes), image()),
            "the prior shift is out of range; 0 or 31; 7");
}

} // namespace
} // namespace tilewright::testing_support
