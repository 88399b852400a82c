#include "ir/ops/gather.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class Gather : public OpFixture {};

TEST_F(Gather, AnyIndicesOfAnyAxis) {
  const std::vector<Operand> x{{tensor<std::int8_t>({2, 3}, {1, 2, 3, 4, 5, 6})}};
  const auto gathered = [&](std::int64_t axis, std::vector<std::int64_t> indices) {
    return to_int64(run("gather", Attributes::of(GatherAttributes{axis, std::move(indices)}), x).result);
  };
  EXPECT_EQ(gathered(1, {2, 0, 2}), (std::vector<std::int64_t>{3, 1, 3, 6, 4, 6}));
  EXPECT_EQ(gathered(0, {1}), (std::vector<std::int64_t>{4, 5, 6}));
  EXPECT_EQ(gathered(0, {}), std::vector<std::int64_t>{});
  EXPECT_EQ(refusal("gather", Attributes::of(GatherAttributes{1, {3}}), x),
            "an index lies outside of the axis; 0 to 2; 3");
  EXPECT_EQ(refusal("gather", Attributes::of(GatherAttributes{2, {0}}), x),
            "the axis does not exist; an axis below 2; 2");
}

TEST_F(Gather, ScalesFollowTheirIndices) {
  const Quantization both{{Rational(1), Rational(2)}, {3, 4}, 0};
  const Outcome outcome =
      run("gather", Attributes::of(GatherAttributes{0, {1, 0, 1}}), {{tensor<std::int8_t>({2}, {1, 2}), false, both}});
  EXPECT_EQ(outcome.type.quantization, (Quantization{{Rational(2), Rational(1), Rational(2)}, {4, 3, 4}, 0}));
}

} // namespace
} // namespace tilewright::testing_support
