#include "op_fixture.h"

namespace tilewright::testing_support {
namespace {

using Add = OpFixture;

TEST_F(Add, BroadcastsFromTheLastAxis) {
  const Outcome outcome =
      run("add", {{tensor<float>({2, 1, 3}, {1, 2, 3, 4, 5, 6})}, {tensor<float>({2, 1}, {10, 20})}});
  EXPECT_EQ(outcome.type.shape, (Shape{2, 2, 3}));
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26}));
}

TEST_F(Add, ScalarsBroadcast) {
  const Outcome outcome = run("add", {{tensor<float>({}, {1})}, {tensor<float>({2}, {10, 20})}});
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{11, 21}));
}

TEST_F(Add, IntegersAreExactAndTheirRangesAdd) {
  const Outcome outcome = run("add", {{tensor<std::int8_t>({2}, {127, -128})}, {tensor<std::uint8_t>({2}, {255, 0})}});
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{382, -128}));
  EXPECT_EQ(outcome.type.element, ElementType::int32);
  EXPECT_EQ(outcome.type.range, (IntegerRange{-128, 382}));
}

TEST_F(Add, Float32RoundsAsFloat32) {
  const Outcome outcome = run("add", {{tensor<float>({1}, {16777216})}, {tensor<float>({1}, {1})}});
  EXPECT_EQ(values<float>(outcome.result)[0], 16777216.0f);
}

TEST_F(Add, EmptyTensors) {
  EXPECT_EQ(run("add", {{tensor<float>({0, 2}, {})}, {tensor<float>({2}, {1, 2})}}).type.shape, (Shape{0, 2}));
}

TEST_F(Add, Refusals) {
  const Operand x{tensor<float>({3, 3}, std::vector<float>(9))};
  EXPECT_EQ(refusal("add", std::vector<Operand>{x, {tensor<float>({2}, {1, 2})}}),
            "the operands' shapes do not broadcast; equal sizes, or 1, on each axis counted from the last; 3x3 and 2");
  EXPECT_EQ(
      refusal("add", std::vector<Operand>{x, {tensor<double>({3}, {1, 2, 3})}}),
      "the operands' element types do not go together; two integer types, or f32 twice, or f64 twice; f32 and f64");
  const Operand wide{tensor<std::int64_t>({1}, {1})};
  EXPECT_EQ(refusal("add", std::vector<Operand>{wide, wide}), "the result can exceed 64 bits; ; ");
}

} // namespace
} // namespace tilewright::testing_support
