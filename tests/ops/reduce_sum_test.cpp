#include "ir/ops/reduce_sum.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class ReduceSum : public OpFixture {};

TEST_F(ReduceSum, AlongAnyAxes) {
  const std::vector<Operand> x{{tensor<std::int8_t>({2, 3, 2}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})}};
  const auto sums = [&](std::vector<std::int64_t> axes) {
    return run("reduce_sum", Attributes::of(ReduceSumAttributes{std::move(axes)}), x);
  };
  EXPECT_EQ(to_int64(sums({1}).result), (std::vector<std::int64_t>{9, 12, 27, 30}));
  EXPECT_EQ(sums({1}).type.shape, (Shape{2, 1, 2}));
  EXPECT_EQ(to_int64(sums({0, 2}).result), (std::vector<std::int64_t>{18, 26, 34}));
  EXPECT_EQ(to_int64(sums({0, 1, 2}).result), std::vector<std::int64_t>{78});
  EXPECT_EQ(sums({1}).type.range, (IntegerRange{-384, 381}));
  EXPECT_EQ(refusal("reduce_sum", Attributes::of(ReduceSumAttributes{{3}}), x),
            "the axes of a sum are not those of its operand; ascending axes below 3; [3]");
  EXPECT_EQ(refusal("reduce_sum", Attributes::of(ReduceSumAttributes{{1, 1}}), x),
            "the axes of a sum are not those of its operand; ascending axes below 3; [1, 1]");
}

} // namespace
} // namespace tilewright::testing_support
