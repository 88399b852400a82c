#include "op_fixture.h"

#include <cmath>

namespace tilewright::testing_support {
namespace {

using Pow = OpFixture;

TEST_F(Pow, BroadcastsAndRoundsOnce) {
  const Operand a{tensor<float>({2, 2}, {2, 3, -2, 0.5F})};
  const Operand b{tensor<float>({2}, {3, -1})};
  const float third = 1 / 3.0F;
  EXPECT_EQ(values<float>(run("pow", {a, b}).result), (std::vector<float>{8, third, -8, 2}));
  const Operand root{tensor<float>({1}, {0.5F})};
  EXPECT_TRUE(std::isnan(values<float>(run("pow", {a, root}).result)[2]));
  const Operand d{tensor<double>({1}, {2})};
  EXPECT_EQ(values<double>(run("pow", {d, {tensor<double>({}, {0.5})}}).result)[0], std::sqrt(2.0));
}

TEST_F(Pow, Refusals) {
  const Operand real{tensor<float>({1}, {1})};
  const Operand integer{tensor<std::int32_t>({1}, {1})};
  EXPECT_EQ(refusal("pow", std::vector<Operand>{integer, real}), "pow takes real numbers; f32 or f64; i32");
  EXPECT_EQ(refusal("pow", std::vector<Operand>{real, integer}), "pow takes real numbers; f32 or f64; i32");
}

} // namespace
} // namespace tilewright::testing_support
