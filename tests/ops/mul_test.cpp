#include "op_fixture.h"

namespace tilewright::testing_support {
namespace {

using Mul = OpFixture;

TEST_F(Mul, BroadcastsAndRoundsInFloat32) {
  const Outcome outcome = run("mul", {{tensor<float>({2, 2}, {1, 2, 3, 0.1f})}, {tensor<float>({2}, {10, 0.1f})}});
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{10, 2 * 0.1f, 30, 0.1f * 0.1f}));
}

TEST_F(Mul, RangesOfProductsLookAtAllFourCorners) {
  const Outcome outcome = run("mul", {{tensor<std::int8_t>({1}, {-5}), false, {}, IntegerRange{-5, 3}},
                                      {tensor<std::int8_t>({1}, {-7}), false, {}, IntegerRange{-7, 2}}});
  EXPECT_EQ(outcome.type.range, (IntegerRange{-21, 35}));
  EXPECT_EQ(to_int64(outcome.result), std::vector<std::int64_t>{35});
}

TEST_F(Mul, WideProductsAreStoredWide) {
  const Operand x{tensor<std::int32_t>({1}, {-2147483647 - 1})};
  const Outcome outcome = run("mul", {x, x});
  EXPECT_EQ(outcome.type.element, ElementType::int64);
  EXPECT_EQ(to_int64(outcome.result), std::vector<std::int64_t>{std::int64_t{1} << 62});
}

TEST_F(Mul, Refusals) {
  const Operand wide{tensor<std::int64_t>({1}, {1})};
  EXPECT_EQ(refusal("mul", std::vector<Operand>{wide, wide}), "the result can exceed 64 bits; ; ");
  EXPECT_EQ(
      refusal("mul", std::vector<Operand>{wide, {tensor<float>({1}, {1})}}),
      "the operands' element types do not go together; two integer types, or f32 twice, or f64 twice; i64 and f32");
  EXPECT_EQ(refusal("mul", std::vector<Operand>{wide}), "mul has the wrong number of operands; 2; 1");
}

} // namespace
} // namespace tilewright::testing_support
