#include "op_fixture.h"

#include "ir/ops/quantize.h"

#include <cmath>
#include <limits>
#include <random>

namespace tilewright::testing_support {
namespace {

class Quantize : public OpFixture {
protected:
  std::vector<std::int64_t> quantized(const QuantizeAttributes& attributes, std::vector<float> values) {
    const auto count = static_cast<std::int64_t>(values.size());
    const Outcome outcome = run("quantize", Attributes::of(attributes), {{tensor<float>({count}, std::move(values))}});
    EXPECT_FALSE(outcome.error) << outcome.error->reason;
    return to_int64(outcome.result);
  }
  static QuantizeAttributes with(Rational scale, std::int64_t zero_point, Rounding rounding, bool after) {
    QuantizeAttributes attributes;
    attributes.scale = {std::move(scale)};
    attributes.zero_point = {zero_point};
    attributes.rounding = rounding;
    attributes.round_after_zero_point = after;
    return attributes;
  }
};

using Integers = std::vector<std::int64_t>;

TEST_F(Quantize, TiesInEveryMode) {
  // Steps of 1/2: 1.5, -1.5, 2.5, -2.5 and what lies beside a tie.
  const std::vector<float> x{0.75f, -0.75f, 1.25f, -1.25f, 0.8f, -0.8f, 0.7f, -0.7f, 1.0f};
  const std::pair<Rounding, Integers> table[] = {
      {Rounding::half_even, {2, -2, 2, -2, 2, -2, 1, -1, 2}},
      {Rounding::half_odd, {1, -1, 3, -3, 2, -2, 1, -1, 2}},
      {Rounding::half_away, {2, -2, 3, -3, 2, -2, 1, -1, 2}},
      {Rounding::half_toward_zero, {1, -1, 2, -2, 2, -2, 1, -1, 2}},
      {Rounding::half_up, {2, -1, 3, -2, 2, -2, 1, -1, 2}},
      {Rounding::half_down, {1, -2, 2, -3, 2, -2, 1, -1, 2}},
      {Rounding::floor, {1, -2, 2, -3, 1, -2, 1, -2, 2}},
      {Rounding::ceil, {2, -1, 3, -2, 2, -1, 2, -1, 2}},
      {Rounding::toward_zero, {1, -1, 2, -2, 1, -1, 1, -1, 2}},
      {Rounding::away_from_zero, {2, -2, 3, -3, 2, -2, 2, -2, 2}},
  };
  for (const auto& [mode, expected] : table) {
    EXPECT_EQ(quantized(with(Rational(1, 2), 0, mode, false), x), expected) << name_of(mode);
  }
}

TEST_F(Quantize, TheOrderOfZeroPointAndRoundingShowsAtTies) {
  EXPECT_EQ(quantized(with(Rational(1), 3, Rounding::half_even, false), {0.5f, 1.5f}), (Integers{3, 5}));
  EXPECT_EQ(quantized(with(Rational(1), 3, Rounding::half_even, true), {0.5f, 1.5f}), (Integers{4, 4}));
}

TEST_F(Quantize, TheDivisionIsOneFloat32Division) {
  const Rational tenth = Rational::from_double(0.1f);
  std::mt19937 random(1);
  QuantizeAttributes attributes = with(tenth, 0, Rounding::half_even, false);
  attributes.element = ElementType::int16;
  attributes.range = {-32768, 32767};
  for (int i = 0; i < 2000; ++i) {
    const float x = static_cast<float>(static_cast<int>(random() % 4001) - 2000) * 0.05f; // ties, as float32 sees them
    const float ratio = x / 0.1f;
    const auto expected = static_cast<std::int64_t>(std::nearbyintf(ratio));
    EXPECT_EQ(quantized(attributes, {x}), Integers{expected}) << x;
  }
}

TEST_F(Quantize, SaturatesOnceToItsOwnRange) {
  QuantizeAttributes attributes = with(Rational(1), 1, Rounding::half_even, false);
  attributes.range = {-7, 7};
  const float infinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(quantized(attributes, {5.9f, 6.6f, 1e30f, -1e30f, infinity, -infinity}), (Integers{7, 7, 7, -7, 7, -7}));
}

TEST_F(Quantize, NotANumberIsTheZeroPoint) {
  EXPECT_EQ(quantized(with(Rational(1), 3, Rounding::half_even, true), {std::nanf("")}), Integers{3});
}

TEST_F(Quantize, ScalesAlongAnAxis) {
  QuantizeAttributes attributes = with(Rational(1), 0, Rounding::half_even, false);
  attributes.scale = {Rational(1), Rational(1, 2)};
  attributes.zero_point = {0, 10};
  attributes.axis = 1;
  const Outcome outcome =
      run("quantize", Attributes::of(attributes), {{tensor<float>({2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8})}});
  EXPECT_EQ(values<std::int8_t>(outcome.result), (std::vector<std::int8_t>{1, 2, 16, 18, 5, 6, 24, 26}));
  EXPECT_EQ(outcome.type.quantization->axis, 1u);
  EXPECT_EQ(outcome.type.range, (IntegerRange{-128, 127}));
}

TEST_F(Quantize, Float64DividesInFloat64) {
  QuantizeAttributes attributes = with(Rational(1), 0, Rounding::floor, false);
  attributes.element = ElementType::int32;
  attributes.range = {-2000000000, 2000000000};
  const Outcome outcome = run("quantize", Attributes::of(attributes), {{tensor<double>({1}, {123456789.75})}});
  EXPECT_EQ(values<std::int32_t>(outcome.result), std::vector<std::int32_t>{123456789});
}

TEST_F(Quantize, Refusals) {
  const Operand x{tensor<float>({2}, {1, 2})};
  QuantizeAttributes a;
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector<Operand>{{tensor<std::int8_t>({1}, {1})}}),
            "quantize takes real numbers; f32 or f64; i8");
  a.scale = {Rational(-1)};
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}), "a scale is not positive; a scale above 0; -1");
  a.scale = {Rational(0)};
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}), "a scale is not positive; a scale above 0; 0");
  a.scale = {Rational(1), Rational(2)};
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}),
            "the numbers of scales and zero points differ; 2 zero points; 1");
  a.zero_point = {0, 0};
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}),
            "several scales without an axis; one scale, or an axis; 2 scales");
  a.axis = 1;
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}),
            "the quantization axis does not exist; an axis below 1; 1");
  a.axis = 0;
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}), "");
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector<Operand>{{tensor<float>({3}, {1, 2, 3})}}),
            "the number of scales differs from the size of the quantization axis; 3 scales for axis 0 of 3; 2");
  a.range = {-128, 128};
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}),
            "the range does not fit the element type; a range within [-128, 127] (i8); [-128, 128]");
  a.element = ElementType::float32;
  EXPECT_EQ(refusal("quantize", Attributes::of(a), std::vector{x}),
            "the result's element type is no integer; an integer type; f32");
}

} // namespace
} // namespace tilewright::testing_support
