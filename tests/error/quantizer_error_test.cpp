// Bad quantizers: one small model for each, with the exact message.
#include "tests/frontend/sample_model.h"

#include <cmath>
#include <limits>

namespace tilewright {
namespace {

using namespace tilewright::testing;

constexpr float infinity = std::numeric_limits<float>::infinity();

void expect(const SampleModel& model, const std::string& message) {
  const Imported imported = import_sample(model);
  EXPECT_EQ(imported.messages(), Lines{message});
  EXPECT_EQ(imported.diagnostics.exit_code(), 3);
}

struct QuantCase {
  Tensor scale = Tensor::of({}, std::vector<float>{0.5F});
  Tensor zero_point = Tensor::of({}, std::vector<float>{0});
  Tensor bits = Tensor::of({}, std::vector<float>{8});
  std::vector<ModelAttribute> attributes;
};

void expect_quant(QuantCase test, const std::string& message) {
  SampleModel model;
  model.input("x", {4, 3}).constant("s", std::move(test.scale)).constant("z", std::move(test.zero_point));
  model.constant("b", std::move(test.bits)).output("y");
  model.node("onnx.brevitas:Quant", {"x", "s", "z", "b"}, {"y"}, std::move(test.attributes));
  expect(model, "error: node 'n0' (Quant)" + message);
}

Tensor floats(std::vector<float> values) {
  const Shape shape = values.size() == 1 ? Shape{} : Shape{static_cast<std::int64_t>(values.size())};
  return Tensor::of(shape, values);
}

TEST(QuantizerErrors, QuantScale) {
  const std::string start = ", tensor 's': a scale is not a positive finite number; expected a scale above 0; got ";
  const std::string end = "; hint: check the calibration or training of this quantizer [import.scale]";
  for (const auto& [value, shown] :
       std::vector<std::pair<float, std::string>>{{0.0F, "0"}, {-0.25F, "-0.25"}, {NAN, "nan"}, {infinity, "inf"}}) {
    expect_quant({.scale = floats({value})}, start + shown + end);
  }
  expect_quant({.scale = floats({1, 1, -1})}, start + "-1" + end);
  expect_quant({.scale = Tensor::of({}, std::vector<std::int32_t>{1})},
               ", tensor 's': the scale is not a real number; expected float; got i32 [import.scale]");
  expect_quant(
      {.scale = floats({1, 1})},
      ", tensor 's': a scale or zero point does not fit the tensor; expected one element, or one for each index of one "
      "axis of '4x3'; got '2'; hint: quantize per tensor or per channel [import.parameter-shape]");
  expect_quant(
      {.scale = Tensor(ElementType::float32, {4, 3})},
      ", tensor 's': a scale or zero point does not fit the tensor; expected one element, or one for each index of one "
      "axis of '4x3'; got '4x3'; hint: quantize per tensor or per channel [import.parameter-shape]");
  expect_quant({.scale = Tensor::of({4, 1}, std::vector<float>(4, 1)), .zero_point = floats({0, 0, 0})},
               ", tensor 'z': the scale and the zero point lie along different axes; expected one axis; hint: quantize "
               "per tensor or per channel [import.parameter-shape]");
}

TEST(QuantizerErrors, QuantZeroPoint) {
  expect_quant({.zero_point = floats({0.5F})},
               ", tensor 'z': a zero point is not an integer; expected an integer; got 0.5 [import.zero-point]");
  expect_quant({.zero_point = floats({NAN})},
               ", tensor 'z': a zero point is not an integer; expected an integer; got nan [import.zero-point]");
  expect_quant({.zero_point = floats({1e30F})}, ", tensor 'z': a zero point is not an integer; expected an integer; "
                                                "got 1.0000000150474662e+30 [import.zero-point]");
  expect_quant({.zero_point = floats({128})}, ", tensor 'z': the zero point lies outside of the quantizer's range; "
                                              "expected -128 to 127; got 128 [import.zero-point]");
}

TEST(QuantizerErrors, QuantBitWidth) {
  const std::string start = ", tensor 'b': the bit width is not supported; expected one integer from 1 to 16; got ";
  for (const auto& [value, shown] : std::vector<std::pair<float, std::string>>{
           {0.0F, "0"}, {3.5F, "3.5"}, {17.0F, "17"}, {64.0F, "64"}, {-8.0F, "-8"}, {NAN, "nan"}, {infinity, "inf"}}) {
    expect_quant({.bits = floats({value})}, start + shown + " [import.bit-width]");
  }
  expect_quant({.bits = floats({8, 8, 8})},
               start + "3 widths; hint: use one width for the whole tensor [import.bit-width]");
  expect_quant(
      {.bits = floats({1}), .attributes = {number("narrow", 1)}},
      ": the quantizer has a single value; expected at least two values; got 1 bit, signed, narrow [import.bit-width]");
}

TEST(QuantizerErrors, QuantAttributes) {
  expect_quant({.attributes = {word("rounding_mode", "STOCHASTIC")}},
               ": the rounding mode is not known; expected ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, ROUND_TO_ZERO, "
               "HALF_UP or HALF_DOWN; got STOCHASTIC [import.rounding]");
  expect_quant({.attributes = {word("signed", "1")}},
               ": attribute 'signed' has the wrong kind; expected an integer; got a string [import.attribute]");
  SampleModel noted;
  noted.input("x", {2}).scalar("s", 1.0F).scalar("z", 0.0F).scalar("b", 8.0F).output("y");
  noted.node("finn:Quant", {"x", "s", "z", "b"}, {"y"}, {word("remark", "r")});
  const Imported imported = import_sample(noted);
  EXPECT_TRUE(imported.graph);
  EXPECT_EQ(imported.messages(),
            Lines{"warning: node 'n0' (Quant): attribute 'remark' is not known and was ignored [import.attribute]"});
}

TEST(QuantizerErrors, QuantInputs) {
  SampleModel missing;
  missing.input("x", {2}).scalar("s", 1.0F).scalar("z", 0.0F).output("y").node("finn:Quant", {"x", "s", "z"}, {"y"});
  expect(missing, "error: node 'n0' (Quant): an input is missing; expected 4; got 3 [import.node]");
  SampleModel computed;
  computed.input("x", {}).scalar("z", 0.0F).scalar("b", 8.0F).output("y").node("finn:Quant", {"x", "x", "z", "b"},
                                                                               {"y"});
  expect(computed, "error: node 'n0' (Quant), tensor 'x': the scale is not a constant; hint: export it as an "
                   "initializer [import.not-constant]");
  SampleModel weights;
  weights.constant("w", floats({1, NAN})).scalar("s", 1.0F).scalar("z", 0.0F).scalar("b", 8.0F).output("y");
  weights.node("Identity", {"w"}, {"v"}).node("finn:Quant", {"v", "s", "z", "b"}, {"y"});
  expect(weights, "error: node 'n1' (Quant), tensor 'v': a constant holds a NaN or an infinity; expected finite "
                  "numbers; hint: check the training [import.not-finite]");
}

// QuantizeLinear of a 4x3 input.
void expect_linear(std::int64_t opset, Tensor scale, std::optional<Tensor> zero_point,
                   std::vector<ModelAttribute> attributes, const std::string& message) {
  SampleModel model(opset);
  model.input("x", {4, 3}).constant("s", std::move(scale)).output("y");
  std::vector<std::string> inputs{"x", "s"};
  if (zero_point) {
    model.constant("z", *std::move(zero_point));
    inputs.push_back("z");
  }
  model.node("QuantizeLinear", inputs, {"y"}, std::move(attributes));
  expect(model, "error: node 'n0' (QuantizeLinear)" + message);
}

TEST(QuantizerErrors, QuantizeLinear) {
  const Tensor one = floats({1});
  expect_linear(13, floats({infinity}), {}, {},
                ", tensor 's': a scale is not a positive finite number; expected a scale above 0; got inf; hint: check "
                "the calibration or training of this quantizer [import.scale]");
  expect_linear(13, one, Tensor(ElementType::int32, {}), {},
                ", tensor 'z': the zero point's type is not one to quantize to; expected an integer of 4, 8 or 16 "
                "bits; got i32 [import.zero-point]");
  expect_linear(13, one, floats({0}), {},
                ", tensor 'z': the zero point's type is not one to quantize to; expected an integer of 4, 8 or 16 "
                "bits; got f32 [import.zero-point]");
  expect_linear(13, floats({1, 1}), {}, {},
                ", tensor 's': the number of scales differs from the size of the quantization axis; expected 3 for "
                "axis 1 of '4x3'; got 2 [import.parameter-shape]");
  expect_linear(
      13, floats({1, 1, 1}), Tensor(ElementType::int8, {2}), {},
      ", tensor 'z': the scale and the zero point have different sizes; expected 3; got 2 [import.parameter-shape]");
  expect_linear(13, floats({1, 1, 1}), {}, {number("axis", 2)},
                ": the quantization axis does not exist; expected -2 to 1; got 2 [import.axis]");
  expect_linear(10, floats({1, 1, 1}), {}, {},
                ", tensor 's': the scale is neither a scalar nor a vector along one axis; expected a scalar (scales "
                "along an axis came with opset 13); got '3' [import.parameter-shape]");
  expect_linear(21, Tensor(ElementType::float32, {2, 3}), {}, {number("block_size", 2)},
                ": block-wise scales are not supported; expected one scale, or one for each channel; hint: quantize "
                "per tensor or per channel [import.blocks]");
  expect_linear(21, Tensor(ElementType::float32, {2, 3}), {}, {},
                ", tensor 's': the scale is neither a scalar nor a vector along one axis; expected one axis at most; "
                "got '2x3' [import.parameter-shape]");
  expect_linear(21, one, {}, {number("output_dtype", 17)},
                ": the quantized type is not supported; expected an integer of 4, 8 or 16 bits; got type 17; hint: "
                "quantize to integers [import.element-type]");
  expect_linear(13, one, {}, {number("output_dtype", 3)},
                ": attribute 'output_dtype' is not part of the operator in this opset [import.attribute]");
  expect_linear(9, one, {}, {},
                ": the operator is not known in this version; expected opset 10 to 23; got opset 9; hint: export the "
                "model with a supported opset [import.opset]");
  expect_linear(24, one, {}, {},
                ": the operator is not known in this version; expected opset 10 to 23; got opset 24; hint: export the "
                "model with a supported opset [import.opset]");
}

TEST(QuantizerErrors, DequantizeLinear) {
  const auto dequantize = [](Tensor x, Tensor zero_point) {
    SampleModel model;
    model.constant("x", std::move(x)).scalar("s", 1.0F).constant("z", std::move(zero_point)).output("y");
    model.node("DequantizeLinear", {"x", "s", "z"}, {"y"});
    return model;
  };
  const std::string start = "error: node 'n0' (DequantizeLinear), tensor ";
  expect(dequantize(Tensor(ElementType::int8, {2}), Tensor(ElementType::uint8, {})),
         start + "'z': the zero point has another type than the tensor; expected i8; got u8 [import.zero-point]");
  expect(dequantize(Tensor(ElementType::int32, {2}), Tensor::of({}, std::vector<std::int32_t>{1})),
         start + "'z': a 32-bit tensor has a zero point; expected 0 [import.zero-point]");
  expect(dequantize(floats({1, 2}), floats({0})), start + "'x': the operand is not a quantized tensor; expected an "
                                                          "integer of 4, 8, 16 or 32 bits; got f32 [import.operand]");
  expect(dequantize(Tensor(ElementType::int64, {2}), Tensor(ElementType::int64, {})),
         start + "'x': the operand is not a quantized tensor; expected an integer of 4, 8, 16 or 32 bits; got i64 "
                 "[import.operand]");
}

} // namespace
} // namespace tilewright
