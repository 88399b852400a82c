#include "ir/ops/step_table.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class StepTable : public OpFixture {};

const Attributes eights = Attributes::of(StepTableAttributes{3, {Rational(1, 4)}, {5}, {}});

TEST_F(StepTable, EachBucketHasOneEdge) {
  // Buckets 0 to 7, 8 to 15 and 16 to 23; the last one has no step.
  const std::vector<Operand> operands{
      {tensor<std::int32_t>({1, 8}, {0, 2, 3, 7, 8, 14, 15, 23}), false, {}, IntegerRange{0, 23}},
      {tensor<std::int32_t>({3}, {3, 15, 0}), true},
      {tensor<std::int8_t>({2, 3}, {-5, 4, 100, 4, -7, 90}), true}};
  const Outcome outcome = run("step_table", eights, operands);
  ASSERT_FALSE(outcome.error) << outcome.error->reason;
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{-5, -5, 4, 4, 4, 4, -7, 90}));
  EXPECT_EQ(outcome.type.element, ElementType::int8);
  EXPECT_EQ(outcome.type.quantization, per_tensor(Rational(1, 4), 5));
  EXPECT_EQ(outcome.type.range, (IntegerRange{-7, 100}));
}

TEST_F(StepTable, Refusals) {
  const Operand edges{tensor<std::int32_t>({2}, {3, 9}), true};
  const Operand levels{tensor<std::int8_t>({2, 2}, {0, 1, 1, 2}), true};
  const auto x = [](IntegerRange range) { return Operand{tensor<std::int32_t>({1, 1}, {0}), false, {}, range}; };
  EXPECT_EQ(refusal("step_table", eights, std::vector<Operand>{x({-1, 15}), edges, levels}),
            "the operand leaves the buckets; 0 to 15; -1 to 15");
  EXPECT_EQ(refusal("step_table", eights, std::vector<Operand>{x({0, 16}), edges, levels}),
            "the operand leaves the buckets; 0 to 15; 0 to 16");
  const Operand short_levels{tensor<std::int8_t>({2, 1}, {0, 1}), true};
  EXPECT_EQ(refusal("step_table", eights, std::vector<Operand>{x({0, 15}), edges, short_levels}),
            "edges and levels do not fit each other; one edge and two levels for each bucket; '2' and '2x1'");
  EXPECT_EQ(
      refusal("step_table", Attributes::of(StepTableAttributes{31}), std::vector<Operand>{x({0, 1}), edges, levels}),
      "the buckets' size is out of range; a shift from 0 to 30; 31");
}

} // namespace
} // namespace tilewright::testing_support
