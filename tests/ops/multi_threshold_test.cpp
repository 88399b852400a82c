#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class MultiThreshold : public OpFixture {};

TEST_F(MultiThreshold, CountsWhatIsReached) {
  const Outcome real = run("multi_threshold", {{tensor<float>({2, 2}, {-1, 0.5F, 2, 9})},
                                               {tensor<float>({2, 3}, {-1, 0, 2, 0.5F, 8, 9}), true}});
  EXPECT_EQ(to_int64(real.result), (std::vector<std::int64_t>{1, 1, 3, 3})); // reached is enough
  EXPECT_EQ(real.type.range, (IntegerRange{0, 3}));
  const Outcome shared =
      run("multi_threshold", {{tensor<std::int8_t>({1, 3}, {-5, 0, 5})}, {tensor<std::int8_t>({1, 2}, {0, 5}), true}});
  EXPECT_EQ(to_int64(shared.result), (std::vector<std::int64_t>{0, 1, 2}));
}

TEST_F(MultiThreshold, Refusals) {
  const Operand x{tensor<float>({1, 2}, {1, 2})};
  EXPECT_EQ(refusal("multi_threshold", std::vector<Operand>{x, {tensor<float>({3, 1}, {1, 2, 3}), true}}),
            "the thresholds do not fit the channels; 1 or 2 rows; '3x1'");
  EXPECT_EQ(refusal("multi_threshold", std::vector<Operand>{x, {tensor<std::int8_t>({1, 1}, {1}), true}}),
            "the thresholds are of another kind than the operand; f32; i8");
}

} // namespace
} // namespace tilewright::testing_support
