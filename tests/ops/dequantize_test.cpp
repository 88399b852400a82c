#include "op_fixture.h"

#include "ir/ops/dequantize.h"

#include <random>

namespace tilewright::testing_support {
namespace {

using Dequantize = OpFixture;

TEST_F(Dequantize, IsOnnxArithmeticForScalesOfModels) {
  std::mt19937 random(3);
  for (int i = 0; i < 500; ++i) {
    const float scale = std::exp2(std::uniform_real_distribution<float>(-20, 4)(random));
    const int zero_point = std::uniform_int_distribution<int>(-128, 127)(random);
    const int stored = std::uniform_int_distribution<int>(-8000000, 8000000)(random);
    const Attributes attributes =
        Attributes::of(DequantizeAttributes{{Rational::from_double(scale)}, {zero_point}, {}});
    const Outcome outcome = run("dequantize", attributes, {{tensor<std::int32_t>({1}, {stored})}});
    EXPECT_EQ(values<float>(outcome.result)[0], static_cast<float>(stored - zero_point) * scale);
  }
}

TEST_F(Dequantize, ScalesAndZeroPointsAlongAnAxis) {
  const Attributes attributes = Attributes::of(DequantizeAttributes{{Rational(1, 2), Rational(2)}, {0, 3}, 0});
  const Outcome outcome = run("dequantize", attributes, {{tensor<std::uint8_t>({2, 2}, {1, 2, 3, 255})}});
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{0.5f, 1, 0, 504}));
  EXPECT_FALSE(outcome.type.quantization);
}

TEST_F(Dequantize, NegativeScalesOfAccumulatorsAreFine) {
  const Attributes attributes = Attributes::of(DequantizeAttributes{{Rational(-1, 2)}, {0}, {}});
  EXPECT_EQ(values<float>(run("dequantize", attributes, {{tensor<std::int32_t>({1}, {3})}}).result)[0], -1.5f);
}

TEST_F(Dequantize, Refusals) {
  EXPECT_EQ(
      refusal("dequantize", Attributes::of(DequantizeAttributes{}), std::vector<Operand>{{tensor<float>({1}, {1})}}),
      "dequantize takes integers; an integer type; f32");
  const Operand x{tensor<std::int8_t>({2, 3}, {1, 2, 3, 4, 5, 6})};
  EXPECT_EQ(refusal("dequantize", Attributes::of(DequantizeAttributes{{Rational(0)}, {0}, {}}), std::vector{x}),
            "a scale is not positive; a scale above 0; 0");
  EXPECT_EQ(refusal("dequantize", Attributes::of(DequantizeAttributes{{Rational(1), Rational(1)}, {0, 0}, 1}),
                    std::vector{x}),
            "the number of scales differs from the size of the quantization axis; 3 scales for axis 1 of 2x3; 2");
  EXPECT_EQ(refusal("dequantize", Attributes::of(DequantizeAttributes{{Rational(1)}, {0}, -1}), std::vector{x}),
            "the quantization axis does not exist; an axis below 2; -1");
}

} // namespace
} // namespace tilewright::testing_support
