#include "op_fixture.h"

#include "ir/ops/table.h"

namespace tilewright::testing_support {
namespace {

class Table : public OpFixture {
protected:
  // entry = 3 * column for the first row, its negative for the second ...
  static Operand entries(std::int64_t rows) {
    std::vector<std::int16_t> values;
    for (std::int64_t row = 0; row < rows; ++row) {
      for (int column = 0; column < 256; ++column)
        values.push_back(static_cast<std::int16_t>((row % 2 == 0 ? 3 : -3) * column));
    }
    return {tensor<std::int16_t>({rows, 256}, values), true};
  }
};

TEST_F(Table, ColumnsAreBitPatterns) {
  const Operand x{tensor<std::int8_t>({1, 5}, {0, 127, -128, -1, 5})};
  EXPECT_EQ(to_int64(run("table", {x, entries(1)}).result), (std::vector<std::int64_t>{0, 381, 384, 765, 15}));
  const Operand u{tensor<std::uint8_t>({1, 5}, {0, 127, 128, 255, 5})};
  EXPECT_EQ(to_int64(run("table", {u, entries(1)}).result), (std::vector<std::int64_t>{0, 381, 384, 765, 15}));
}

TEST_F(Table, RowsBelongToChannels) {
  const Operand x{tensor<std::int8_t>({2, 2}, {1, 1, -1, -1})};
  EXPECT_EQ(to_int64(run("table", {x, entries(2)}).result), (std::vector<std::int64_t>{3, -3, 765, -765}));
  const Operand scalar{tensor<std::int8_t>({}, {2})};
  EXPECT_EQ(to_int64(run("table", {scalar, entries(1)}).result), (std::vector<std::int64_t>{6}));
}

TEST_F(Table, TheRangeIsThatOfReachableEntries) {
  const Operand x{tensor<std::int8_t>({1, 1}, {-2}), false, {}, IntegerRange{-2, 1}};
  EXPECT_EQ(run("table", {x, entries(1)}).type.range, (IntegerRange{0, 765}));
  const Operand y{tensor<std::int8_t>({1, 1}, {-2}), false, {}, IntegerRange{-2, -1}};
  EXPECT_EQ(run("table", {y, entries(1)}).type.range, (IntegerRange{762, 765}));
  EXPECT_EQ(run("table", {y, entries(1)}).type.element, ElementType::int16);
}

TEST_F(Table, CarriesTheQuantizationOfItsResult) {
  const Operand x{tensor<std::int8_t>({1, 1}, {1})};
  const Outcome outcome = run("table", Attributes::of(TableAttributes{{Rational(1, 4)}, {3}, {}}), {x, entries(1)});
  ASSERT_TRUE(outcome.type.quantization);
  EXPECT_EQ(outcome.type.quantization->scales, std::vector<Rational>{Rational(1, 4)});
  EXPECT_EQ(outcome.type.quantization->zero_points, std::vector<std::int64_t>{3});
}

TEST_F(Table, Refusals) {
  const Operand x{tensor<std::int8_t>({1, 3}, {0, 0, 0})};
  EXPECT_EQ(refusal("table", std::vector<Operand>{{tensor<std::int16_t>({1}, {0})}, entries(1)}),
            "table takes 8-bit integers; i8 or u8; i16");
  EXPECT_EQ(refusal("table", std::vector<Operand>{x, entries(2)}),
            "the entries do not fit the operand; '1x256' or '3x256'; '2x256'");
  EXPECT_EQ(refusal("table", std::vector<Operand>{x, {tensor<std::int8_t>({1, 2}, {0, 0}), true}}),
            "the entries do not fit the operand; '1x256' or '3x256'; '1x2'");
  EXPECT_EQ(refusal("table", std::vector<Operand>{x, {Tensor(ElementType::float32, {1, 256}), true}}),
            "the entries are no integers; an integer type; f32");
}

} // namespace
} // namespace tilewright::testing_support
