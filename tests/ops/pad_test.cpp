#include "ir/ops/pad.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class Pad : public OpFixture {};

TEST_F(Pad, OneValueAroundTheTensor) {
  const std::vector<Operand> x{{tensor<std::int8_t>({2, 2}, {1, 2, 3, 4}), false, {}, IntegerRange{1, 4}}};
  const Outcome outcome = run("pad", Attributes::of(PadAttributes{{1, 0}, {0, 1}, Rational(9)}), x);
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{9, 9, 9, 1, 2, 9, 3, 4, 9}));
  EXPECT_EQ(outcome.type.range, (IntegerRange{1, 9}));
  EXPECT_EQ(refusal("pad", Attributes::of(PadAttributes{{1, 0}, {0, 1}, Rational(300)}), x),
            "the padding's value does not fit the element type; i8; 300");
  EXPECT_EQ(refusal("pad", Attributes::of(PadAttributes{{1}, {0}, Rational(0)}), x),
            "the padding has not one entry for each axis; 2; 1 and 1");
  EXPECT_EQ(refusal("pad", Attributes::of(PadAttributes{{-1, 0}, {0, 0}, Rational(0)}), x),
            "the padding is negative or too large; ; ");
}

} // namespace
} // namespace tilewright::testing_support
