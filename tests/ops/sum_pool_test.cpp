#include "ir/ops/sum_pool.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class SumPool : public OpFixture {};

TEST_F(SumPool, SumsWithPadding) {
  const Tensor x = tensor<std::int8_t>({1, 4, 1}, {1, 2, 3, 4});
  const Outcome plain = run("sum_pool", Attributes::of(SumPoolAttributes{{{2}, {2}, {1}, {0}, {0}}, 0}), {{x}});
  EXPECT_EQ(to_int64(plain.result), (std::vector<std::int64_t>{3, 7}));
  EXPECT_EQ(plain.type.range, (IntegerRange{-256, 254}));
  const Outcome padded = run("sum_pool", Attributes::of(SumPoolAttributes{{{2}, {2}, {1}, {1}, {1}}, 100}),
                             {{x, false, {}, IntegerRange{0, 4}}});
  EXPECT_EQ(to_int64(padded.result), (std::vector<std::int64_t>{101, 5, 104}));
  EXPECT_EQ(padded.type.range, (IntegerRange{0, 200}));
}

TEST_F(SumPool, ThirtyTwoBitsUntilTheyAreNotEnough) {
  const Windows whole{{4}, {1}, {1}, {0}, {0}};
  const std::vector<std::int64_t> large(4, 1 << 30);
  const Outcome outcome = run("sum_pool", Attributes::of(SumPoolAttributes{whole, 0}),
                              {{from_int64(ElementType::int32, {1, 4, 1}, large)}});
  EXPECT_EQ(outcome.type.element, ElementType::int64);
  EXPECT_EQ(to_int64(outcome.result), std::vector<std::int64_t>{std::int64_t{1} << 32});
}

} // namespace
} // namespace tilewright::testing_support
