// The ops that the host computes: functions of real numbers, which integers never see.
#include "ir/ops/arg_max.h"
#include "ir/ops/layer_norm.h"
#include "ir/ops/softmax.h"
#include "ir/ops/unary.h"
#include "tests/ops/op_fixture.h"

#include <cmath>

namespace tilewright::testing_support {
namespace {

class RealFunctions : public OpFixture {
protected:
  float unary(std::string name, float x, Rational alpha = {}, Rational beta = {}) {
    return values<float>(
        run("unary", Attributes::of(UnaryAttributes{std::move(name), alpha, beta}), {{tensor<float>({}, {x})}})
            .result)[0];
  }
};

TEST_F(RealFunctions, Unary) {
  EXPECT_FLOAT_EQ(unary("sigmoid", 2), 0.880797078F);
  EXPECT_FLOAT_EQ(unary("softplus", 100), 100);
  EXPECT_FLOAT_EQ(unary("gelu", 1), 0.841344746F);
  EXPECT_FLOAT_EQ(unary("hard_sigmoid", 1, Rational(1, 8), Rational(1, 2)), 0.625F);
  EXPECT_FLOAT_EQ(unary("pow", 3, Rational(2)), 9);
  EXPECT_EQ(refusal("unary", Attributes::of(UnaryAttributes{"nothing", {}, {}}),
                    std::vector<Operand>{{tensor<float>({}, {1})}}),
            "the function is not known; ; nothing");
}

TEST_F(RealFunctions, SoftmaxOfLargeNumbers) {
  const std::vector<Operand> x{{tensor<float>({2, 2}, {1000, 1000, 0, -10000})}};
  EXPECT_EQ(values<float>(run("softmax", Attributes::of(SoftmaxAttributes{1, false}), x).result),
            (std::vector<float>{0.5F, 0.5F, 1, 0}));
  const auto logarithm = values<float>(run("softmax", Attributes::of(SoftmaxAttributes{1, true}), x).result);
  EXPECT_FLOAT_EQ(logarithm[0], -std::log(2.0F));
  EXPECT_FLOAT_EQ(logarithm[3], -10000);
}

TEST_F(RealFunctions, ArgMaxOfEqualElements) {
  const std::vector<Operand> x{{tensor<float>({1, 4}, {1, 3, 3, 0})}};
  EXPECT_EQ(to_int64(run("arg_max", Attributes::of(ArgMaxAttributes{1, false, false}), x).result)[0], 1);
  EXPECT_EQ(to_int64(run("arg_max", Attributes::of(ArgMaxAttributes{1, false, true}), x).result)[0], 2);
  EXPECT_EQ(to_int64(run("arg_max", Attributes::of(ArgMaxAttributes{1, true, false}), x).result)[0], 3);
  EXPECT_EQ(refusal("arg_max", Attributes::of(ArgMaxAttributes{2, false, false}), x),
            "the axis does not exist; an axis below 2; 2");
}

TEST_F(RealFunctions, LayerNorm) {
  const Outcome outcome =
      run("layer_norm", Attributes::of(LayerNormAttributes{1, Rational(0)}), {{tensor<float>({2, 2}, {1, 3, -4, 4})}});
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{-1, 1, -1, 1}));
}

TEST_F(RealFunctions, Div) {
  const Outcome outcome = run("div", {{tensor<float>({2}, {1, 3})}, {tensor<float>({}, {3})}});
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{1.0F / 3.0F, 1}));
  EXPECT_EQ(refusal("div", std::vector<Operand>{{tensor<std::int8_t>({1}, {1})}, {tensor<std::int8_t>({1}, {1})}}),
            "div takes real numbers; f32 or f64; i8");
}

} // namespace
} // namespace tilewright::testing_support
