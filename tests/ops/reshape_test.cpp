#include "op_fixture.h"

#include "ir/ops/reshape.h"

namespace tilewright::testing_support {
namespace {

using Reshape = OpFixture;

Attributes to(Shape shape) { return Attributes::of(ReshapeAttributes{std::move(shape)}); }

TEST_F(Reshape, KeepsOrderRangeAndPerTensorMeaning) {
  const Outcome outcome = run(
      "reshape", to({3, 2}),
      {{tensor<std::int8_t>({2, 3}, {1, 2, 3, 4, 5, 6}), false, per_tensor(Rational(1, 2), 4), IntegerRange{1, 6}}});
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(outcome.type.quantization, per_tensor(Rational(1, 2), 4));
  EXPECT_EQ(outcome.type.range, (IntegerRange{1, 6}));
}

TEST_F(Reshape, AnAxisSurvivesWhereTheSameElementsLieBeforeIt) {
  const Operand x{tensor<std::int8_t>({2, 3}, {1, 2, 3, 4, 5, 6}), false,
                  Quantization{{Rational(1), Rational(2), Rational(3)}, {0, 0, 0}, 1}};
  EXPECT_EQ(run("reshape", to({2, 3, 1}), {x}).type.quantization->axis, 1u);
  EXPECT_EQ(run("reshape", to({2, 1, 3}), {x}).type.quantization->axis, 2u);
  EXPECT_FALSE(run("reshape", to({3, 2}), {x}).type.quantization);
  EXPECT_FALSE(run("reshape", to({6}), {x}).type.quantization);
}

TEST_F(Reshape, ScalarsAndOnes) {
  EXPECT_EQ(run("reshape", to({}), {{tensor<float>({1, 1}, {4})}}).type.shape, Shape{});
}

TEST_F(Reshape, Refusals) {
  const Operand x{tensor<float>({2, 3}, std::vector<float>(6))};
  EXPECT_EQ(refusal("reshape", to({4}), std::vector{x}),
            "the new shape has another number of elements; 6 elements; '4' for '2x3'");
  EXPECT_EQ(refusal("reshape", to({-1, 6}), std::vector{x}),
            "the new shape has another number of elements; 6 elements; '-1x6' for '2x3'");
  EXPECT_NE(refusal("reshape", to({std::int64_t{1} << 40, std::int64_t{1} << 40}), std::vector{x}), "");
}

} // namespace
} // namespace tilewright::testing_support
