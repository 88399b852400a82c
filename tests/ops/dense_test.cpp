#include "op_fixture.h"

#include <limits>
#include <random>

namespace tilewright::testing_support {
namespace {

class Dense : public OpFixture {
protected:
  std::vector<std::int64_t> random_integers(std::int64_t count, std::int64_t low, std::int64_t high) {
    std::vector<std::int64_t> result;
    for (std::int64_t i = 0; i < count; ++i)
      result.push_back(std::uniform_int_distribution<std::int64_t>(low, high)(random_));
    return result;
  }
  std::mt19937_64 random_{11};
};

TEST_F(Dense, IntegersAgainstPlainLoops) {
  for (int i = 0; i < 60; ++i) {
    const std::int64_t batch = 1 + i % 4;
    const std::int64_t inputs = 1 + static_cast<std::int64_t>(random_() % 40);
    const std::int64_t outputs = 1 + static_cast<std::int64_t>(random_() % 20);
    const bool wide = i % 3 == 0;
    const IntegerRange range = wide ? IntegerRange{-32768, 32767} : IntegerRange{0, 255};
    const auto x = random_integers(batch * inputs, range.min, range.max);
    const auto w = random_integers(inputs * outputs, -128, 127);
    const auto b = random_integers(outputs, -100000, 100000);
    std::vector<Operand> operands{{from_int64(wide ? ElementType::int16 : ElementType::uint8, {batch, inputs}, x)},
                                  {from_int64(ElementType::int8, {inputs, outputs}, w), true}};
    if (i % 2 == 0) operands.push_back({from_int64(ElementType::int32, {outputs}, b), true});
    const Outcome outcome = run("dense", operands);
    ASSERT_FALSE(outcome.error) << outcome.error->reason;

    IntegerRange proven{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
    std::vector<std::int64_t> expected;
    for (std::int64_t r = 0; r < batch; ++r) {
      for (std::int64_t n = 0; n < outputs; ++n) {
        std::int64_t sum = i % 2 == 0 ? b[static_cast<std::size_t>(n)] : 0;
        std::int64_t low = sum;
        std::int64_t high = sum;
        for (std::int64_t k = 0; k < inputs; ++k) {
          const std::int64_t weight = w[static_cast<std::size_t>(k * outputs + n)];
          sum += x[static_cast<std::size_t>(r * inputs + k)] * weight;
          low += std::min(weight * range.min, weight * range.max);
          high += std::max(weight * range.min, weight * range.max);
        }
        expected.push_back(sum);
        proven = {std::min(proven.min, low), std::max(proven.max, high)};
      }
    }
    EXPECT_EQ(to_int64(outcome.result), expected);
    EXPECT_EQ(outcome.type.range, proven); // the tightest interval there is
  }
}

TEST_F(Dense, PartialSumsMayLeaveTheWidthOfTheResult) {
  // 2^30 + 2^30 + 2^30 - 2^30 - 2^30: the running sum passes 2^31, the proven result does not.
  const Tensor x = tensor<std::int32_t>({1, 5}, {1 << 30, 1 << 30, 1 << 30, 1 << 30, 1 << 30});
  const Tensor w = tensor<std::int8_t>({5, 1}, {1, 1, 1, -1, -1});
  const Outcome outcome = run("dense", {{x, false, {}, IntegerRange{1 << 30, 1 << 30}}, {w, true}});
  EXPECT_EQ(outcome.type.element, ElementType::int32);
  EXPECT_EQ(to_int64(outcome.result), std::vector<std::int64_t>{1 << 30});
}

TEST_F(Dense, ThirtyTwoBitsUntilTheyAreNotEnough) {
  // int16 x int8, K = 2048: 32768 * 127 * 2048 is 2^33.
  const std::vector<std::int64_t> weights(2048, 127);
  const std::vector<std::int64_t> extreme(2048, -32768);
  const Operand w{from_int64(ElementType::int8, {2048, 1}, weights), true};
  const Outcome wide = run("dense", {{from_int64(ElementType::int16, {1, 2048}, extreme)}, w});
  EXPECT_EQ(wide.type.element, ElementType::int64);
  EXPECT_EQ(wide.type.range, (IntegerRange{-32768LL * 127 * 2048, 32767LL * 127 * 2048}));
  EXPECT_EQ(to_int64(wide.result), std::vector<std::int64_t>{-32768LL * 127 * 2048});
  const std::vector<std::int64_t> narrow(2048, -128);
  EXPECT_EQ(run("dense", {{from_int64(ElementType::int8, {1, 2048}, narrow)}, w}).type.element, ElementType::int32);
}

TEST_F(Dense, RangesDoNotDependOnConstantsAlone) {
  const Outcome outcome =
      run("dense", {{tensor<std::int8_t>({1, 3}, {1, 2, 3}), false, {}, IntegerRange{-4, 5}},
                    {tensor<std::int8_t>({3, 2}, {1, 2, 3, 4, 5, 6}), false, {}, IntegerRange{-2, 7}}});
  EXPECT_EQ(outcome.type.range, (IntegerRange{-84, 105}));
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{22, 28}));
}

TEST_F(Dense, TheSumsInheritAMeaning) {
  const Operand x{tensor<std::int8_t>({1, 2}, {1, 2}), false, Quantization{{Rational(1, 4)}, {3}, {}}};
  const Operand w{tensor<std::int8_t>({2, 2}, {1, 2, -3, 1}), true,
                  Quantization{{Rational(1, 8), Rational(1, 2)}, {0, 0}, 1}};
  const Outcome outcome = run("dense", {x, w});
  // s_x s_w (sum - z_x * sum of w)
  EXPECT_EQ(outcome.type.quantization, (Quantization{{Rational(1, 32), Rational(1, 8)}, {-6, 9}, 1}));
  // A zero point of the weights leaves no such form.
  const Operand shifted{w.data, true, Quantization{{Rational(1, 8)}, {1}, {}}};
  EXPECT_FALSE(run("dense", {x, shifted}).type.quantization);
}

TEST_F(Dense, EveryChannelHasItsOwnInterval) {
  const Tensor w = tensor<std::int8_t>({2, 3}, {1, -2, 0, 3, 4, 0});
  const Tensor bias = tensor<std::int32_t>({3}, {0, 100, -7});
  const std::vector<ValueType> types{{ElementType::int8, {1, 2}, {}, IntegerRange{-1, 10}},
                                     {ElementType::int8, {2, 3}, {}, {}},
                                     {ElementType::int32, {3}, {}, {}}};
  const std::vector<const Tensor*> constants{nullptr, &w, &bias};
  const OpDefinition& op = *ops_.find("dense");
  EXPECT_EQ(op.channel_ranges({op.default_attributes, types, constants}),
            (std::vector<IntegerRange>{{-4, 40}, {76, 142}, {-7, -7}}));
}

TEST_F(Dense, RealsWithBias) {
  const Outcome outcome = run("dense", {{tensor<float>({2, 1, 2}, {1, 2, 3, 4})},
                                        {tensor<float>({2, 3}, {1, 0, 2, 0, 1, 0.5f}), true},
                                        {tensor<float>({3}, {10, 20, 30}), true}});
  EXPECT_EQ(values<float>(outcome.result), (std::vector<float>{11, 22, 33, 13, 24, 38}));
  EXPECT_EQ(outcome.type.shape, (Shape{2, 1, 3}));
}

TEST_F(Dense, Refusals) {
  const Operand x{tensor<std::int8_t>({1, 2}, {1, 2})};
  const Operand w{tensor<std::int8_t>({2, 1}, {1, 2}), true};
  EXPECT_EQ(refusal("dense", std::vector<Operand>{x, {tensor<std::int8_t>({2}, {1, 2}), true}}),
            "the weights are no matrix; two axes; '2'");
  EXPECT_EQ(refusal("dense", std::vector<Operand>{{tensor<std::int8_t>({1, 3}, {1, 2, 3})}, w}),
            "the input's last axis and the weights' first one differ; an input of ..x2; '1x3'");
  EXPECT_EQ(refusal("dense", std::vector<Operand>{x, w, {tensor<std::int8_t>({2}, {1, 2}), true}}),
            "the bias has not one entry for each output; '1'; '2'");
  EXPECT_EQ(
      refusal("dense", std::vector<Operand>{x, {tensor<float>({2, 1}, {1, 2}), true}}),
      "the operands' element types do not go together; integers throughout, or one real type throughout; i8 and f32");
  EXPECT_EQ(refusal("dense", std::vector<Operand>{{tensor<std::int64_t>({1, 2}, {1, 2})}, w}),
            "an operand is wider than 32 bits; a range within 32 bits; i64");
  EXPECT_EQ(refusal("dense", std::vector<Operand>{x}), "dense has the wrong number of operands; 2 to 3; 1");
}

} // namespace
} // namespace tilewright::testing_support
