#include "ir/ops/max_pool.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class MaxPool : public OpFixture {};

TEST_F(MaxPool, TheLargestOfEachWindowAndChannel) {
  const Tensor x = tensor<std::int8_t>({1, 3, 3, 2}, {1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 8, -8, 9, -9});
  const auto pooled = [&](Windows windows) {
    return to_int64(run("max_pool", Attributes::of(MaxPoolAttributes{std::move(windows)}),
                        {{x, false, Quantization{{Rational(1, 2)}, {3}, {}}, IntegerRange{-9, 9}}})
                        .result);
  };
  EXPECT_EQ(pooled({{2, 2}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}), (std::vector<std::int64_t>{5, -1, 6, -2, 8, -4, 9, -5}));
  // Padding never counts, not even among negative numbers.
  EXPECT_EQ(pooled({{2, 2}, {2, 2}, {1, 1}, {1, 1}, {0, 0}}), (std::vector<std::int64_t>{1, -1, 3, -2, 7, -4, 9, -5}));
  EXPECT_EQ(pooled({{2, 2}, {1, 1}, {2, 2}, {0, 0}, {0, 0}}), (std::vector<std::int64_t>{9, -1}));
}

TEST_F(MaxPool, KeepsRangeAndMeaning) {
  const Quantization quantization{{Rational(1, 2)}, {3}, {}};
  const Outcome outcome = run("max_pool", Attributes::of(MaxPoolAttributes{{{2}, {2}, {1}, {0}, {0}}}),
                              {{tensor<std::uint8_t>({1, 2, 1}, {4, 7}), false, quantization, IntegerRange{2, 200}}});
  EXPECT_EQ(outcome.type.range, (IntegerRange{2, 200}));
  EXPECT_EQ(outcome.type.quantization, quantization);
}

TEST_F(MaxPool, Refusals) {
  const std::vector<Operand> x{{tensor<float>({1, 2, 1}, {4, 7})}};
  EXPECT_EQ(refusal("max_pool", Attributes::of(MaxPoolAttributes{{{1}, {1}, {1}, {1}, {0}}}), x),
            "a window can lie in the padding alone; padding smaller than the window; ");
  EXPECT_EQ(
      refusal("max_pool", Attributes::of(MaxPoolAttributes{{{2, 2}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}}), x),
      "the window has another number of axes than the tensor's space; a tensor of 4 axes, channels last; '1x2x1'");
}

} // namespace
} // namespace tilewright::testing_support
