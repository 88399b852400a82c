#include "ir/ops/concat.h"
#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class Concat : public OpFixture {};

TEST_F(Concat, AlongEachAxis) {
  const Operand a{tensor<std::int8_t>({2, 1}, {1, 2}), false, {}, IntegerRange{0, 5}};
  const Operand b{tensor<std::int8_t>({2, 2}, {3, 4, 5, 6}), false, {}, IntegerRange{-3, 6}};
  const Outcome columns = run("concat", Attributes::of(ConcatAttributes{1}), {a, b});
  EXPECT_EQ(to_int64(columns.result), (std::vector<std::int64_t>{1, 3, 4, 2, 5, 6}));
  EXPECT_EQ(columns.type.range, (IntegerRange{-3, 6}));
  EXPECT_EQ(to_int64(run("concat", Attributes::of(ConcatAttributes{0}), {b, b, b}).result),
            (std::vector<std::int64_t>{3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6}));
  EXPECT_EQ(refusal("concat", Attributes::of(ConcatAttributes{0}), std::vector<Operand>{a, b}),
            "the operands differ in more than the size of the axis; i8[2x1] but for axis 0; i8[2x2]");
  EXPECT_EQ(refusal("concat", Attributes::of(ConcatAttributes{2}), std::vector<Operand>{a, b}),
            "the axis does not exist; an axis below 2; 2");
}

TEST_F(Concat, OnlyEqualMeaningsAreOne) {
  const Quantization half = per_tensor(Rational(1, 2));
  const Operand a{tensor<std::int8_t>({1}, {1}), false, half};
  const Operand b{tensor<std::int8_t>({1}, {1}), false, per_tensor(Rational(1, 4))};
  EXPECT_EQ(run("concat", Attributes::of(ConcatAttributes{0}), {a, a}).type.quantization, half);
  EXPECT_FALSE(run("concat", Attributes::of(ConcatAttributes{0}), {a, b}).type.quantization);
}

} // namespace
} // namespace tilewright::testing_support
