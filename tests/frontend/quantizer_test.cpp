// The dialects of quantization, and the many ways in which their parameters arrive.
#include "tests/frontend/sample_model.h"

#include <fmt/format.h>

namespace tilewright {
namespace {

using namespace tilewright::testing;

std::string quantize_line(std::string_view scale, std::string_view zero_point, std::string_view axis,
                          std::string_view element, std::string_view range, std::string_view rounding = "half_even",
                          bool after = false) {
  return fmt::format("{{scale = [{}], zero_point = [{}], axis = {}, element = {}, range = [{}], rounding = {}, "
                     "round_after_zero_point = {}}}",
                     scale, zero_point, axis, element, range, rounding, after);
}

SampleModel quant(std::string domain, std::vector<ModelAttribute> attributes, float bits = 8, float zero_point = 0) {
  SampleModel sample(13);
  sample.input("x", {2, 3}).scalar("s", 0.25F).scalar("z", zero_point).scalar("b", bits);
  sample.node(domain + ":Quant", {"x", "s", "z", "b"}, {"y"}, std::move(attributes)).output("y");
  return sample;
}

TEST(Quantizers, QuantInAllDomainsWithoutOpsetImport) {
  for (const std::string domain : {"finn", "finn.custom_op.general", "qonnx.custom_op.general", "onnx.brevitas"}) {
    const Lines lines = nodes_of(import_sample(quant(domain, {})));
    ASSERT_EQ(lines.size(), 2U) << lines.at(0);
    EXPECT_EQ(lines[0], "quantize(x) " + quantize_line("1/4", "0", "none", "i8", "-128, 127", "half_even", true) +
                            " : y.quantized i8[2x3]");
    EXPECT_EQ(lines[1], "dequantize(y.quantized) {scale = [1/4], zero_point = [0], axis = none} : y f32[2x3]");
  }
}

TEST(Quantizers, QuantRangeFromWidthSignAndNarrowness) {
  const auto range = [](float bits, bool is_signed, bool narrow) {
    const std::string line =
        nodes_of(import_sample(quant("onnx.brevitas", {number("signed", is_signed), number("narrow", narrow)}, bits)))
            .at(0);
    const std::size_t at = line.find("element");
    return line.substr(at, line.find(", rounding") - at);
  };
  EXPECT_EQ(range(8, true, false), "element = i8, range = [-128, 127]");
  EXPECT_EQ(range(8, true, true), "element = i8, range = [-127, 127]");
  EXPECT_EQ(range(8, false, false), "element = u8, range = [0, 255]");
  EXPECT_EQ(range(8, false, true), "element = u8, range = [0, 254]");
  EXPECT_EQ(range(4, true, false), "element = i8, range = [-8, 7]");
  EXPECT_EQ(range(1, true, false), "element = i8, range = [-1, 0]");
  EXPECT_EQ(range(1, false, false), "element = i8, range = [0, 1]");
  EXPECT_EQ(range(16, true, false), "element = i16, range = [-32768, 32767]");
  EXPECT_EQ(range(16, false, false), "element = u16, range = [0, 65535]");
  EXPECT_EQ(range(9, false, false), "element = i16, range = [0, 511]");
}

TEST(Quantizers, QuantRoundingModes) {
  const std::vector<std::pair<std::string, std::string>> modes{{"ROUND", "half_even"},
                                                               {"HALF_EVEN", "half_even"},
                                                               {"CEIL", "ceil"},
                                                               {"FLOOR", "floor"},
                                                               {"UP", "away_from_zero"},
                                                               {"DOWN", "toward_zero"},
                                                               {"ROUND_TO_ZERO", "toward_zero"},
                                                               {"HALF_UP", "half_away"},
                                                               {"HALF_DOWN", "half_toward_zero"},
                                                               {"floor", "floor"}};
  for (const auto& [mode, rounding] : modes) {
    const Lines lines = nodes_of(import_sample(quant("finn", {word("rounding_mode", mode)})));
    EXPECT_NE(lines.at(0).find("rounding = " + rounding + ","), std::string::npos) << mode << ": " << lines[0];
  }
}

TEST(Quantizers, QuantZeroPointIsAddedBeforeRounding) {
  EXPECT_EQ(nodes_of(import_sample(quant("finn", {number("signed", 0)}, 8, 17))).at(0),
            "quantize(x) " + quantize_line("1/4", "17", "none", "u8", "0, 255", "half_even", true) +
                " : y.quantized u8[2x3]");
}

TEST(Quantizers, QuantParametersOfEveryRank) {
  const auto with_shapes = [](Shape scale, Shape zero_point) {
    SampleModel sample(13);
    const auto filled = [](const Shape& shape, float first) {
      Tensor tensor(ElementType::float32, shape);
      float value = first;
      for (float& each : tensor.mutable_data<float>())
        each = std::exchange(value, value + first);
      return tensor;
    };
    sample.constant("w", Tensor(ElementType::float32, {2, 3, 1, 1})).scalar("b", 8.0F);
    sample.constant("s", filled(scale, 0.25F)).constant("z", filled(zero_point, 0)).output("y");
    sample.node("onnx.brevitas:Quant", {"w", "s", "z", "b"}, {"y"});
    const std::string line = nodes_of(import_sample(sample)).at(0);
    return line.substr(0, line.find(", element"));
  };
  const std::string per_tensor = "quantize(w) {scale = [1/4], zero_point = [0], axis = none";
  EXPECT_EQ(with_shapes({}, {}), per_tensor);
  EXPECT_EQ(with_shapes({1}, {1}), per_tensor);
  EXPECT_EQ(with_shapes({1, 1, 1, 1}, {}), per_tensor);
  EXPECT_EQ(with_shapes({2, 1, 1, 1}, {}), "quantize(w) {scale = [1/4, 1/2], zero_point = [0, 0], axis = 0");
  EXPECT_EQ(with_shapes({3, 1, 1}, {3, 1, 1}),
            "quantize(w) {scale = [1/4, 1/2, 3/4], zero_point = [0, 0, 0], axis = 1");
  EXPECT_EQ(with_shapes({}, {1, 3, 1, 1}), "quantize(w) {scale = [1/4, 1/4, 1/4], zero_point = [0, 0, 0], axis = 1");
}

TEST(Quantizers, ParametersBehindConstantNodes) {
  SampleModel sample(13);
  sample.input("x", {2, 3}).output("y");
  sample.node("Constant", {}, {"s0"}, {{"value_floats", std::vector<float>{0.5F}}});
  sample.node("Identity", {"s0"}, {"s1"});
  sample.node("Constant", {}, {"shape"}, {numbers("value_ints", {1, 1})});
  sample.node("Reshape", {"s1", "shape"}, {"s2"});
  sample.node("Constant", {}, {"half"}, {real("value_float", 0.5F)});
  sample.node("Mul", {"s2", "half"}, {"s3"});
  sample.node("Constant", {}, {"z0"}, {number("value_int", 0)});
  sample.node("Cast", {"z0"}, {"z1"}, {number("to", 1)});
  sample.node("Constant", {}, {"b"}, {{"value", ModelTensor{"", Tensor::of({}, std::vector<float>{6}), 0}}});
  sample.node("finn:Quant", {"x", "s3", "z1", "b"}, {"y"});
  const Lines lines = nodes_of(import_sample(sample));
  EXPECT_EQ(lines.at(lines.size() - 2), "quantize(x) " +
                                            quantize_line("1/4", "0", "none", "i8", "-32, 31", "half_even", true) +
                                            " : y.quantized i8[2x3]");
}

TEST(Quantizers, ConstantsThroughADequantizer) {
  SampleModel sample(13);
  sample.input("x", {2}).scalar("stored", std::int32_t{8}).scalar("unit", 0.03125F).scalar("z", 0.0F).scalar("b", 8.0F);
  sample.node("DequantizeLinear", {"stored", "unit"}, {"s"})
      .node("finn:Quant", {"x", "s", "z", "b"}, {"y"})
      .output("y");
  EXPECT_NE(nodes_of(import_sample(sample)).at(1).find("scale = [1/4]"), std::string::npos);
}

TEST(Quantizers, LinearDefaults) {
  SampleModel sample(10);
  sample.input("x", {2, 3}).scalar("s", 0.1F).output("y");
  sample.node("QuantizeLinear", {"x", "s"}, {"q"}).node("DequantizeLinear", {"q", "s"}, {"y"});
  const Lines lines = nodes_of(import_sample(sample));
  EXPECT_EQ(lines.at(0),
            "quantize(x) " + quantize_line("13421773/134217728", "0", "none", "u8", "0, 255") + " : q u8[2x3]");
  EXPECT_EQ(lines.at(1), "dequantize(q) {scale = [13421773/134217728], zero_point = [0], axis = none} : y f32[2x3]");
}

TEST(Quantizers, LinearTypeFromTheZeroPoint) {
  const auto stored = [](Tensor zero_point, int bits = 0, std::int64_t opset = 21) {
    SampleModel sample(opset);
    sample.input("x", {2}).scalar("s", 0.5F).constant("z", std::move(zero_point), bits).output("q");
    sample.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
    const std::string line = nodes_of(import_sample(sample)).at(0);
    const std::size_t at = line.find("zero_point");
    return line.substr(at, line.find(", rounding") - at);
  };
  EXPECT_EQ(stored(Tensor::of({}, std::vector<std::int8_t>{-3})),
            "zero_point = [-3], axis = none, element = i8, range = [-128, 127]");
  EXPECT_EQ(stored(Tensor::of({1}, std::vector<std::uint8_t>{255})),
            "zero_point = [255], axis = none, element = u8, range = [0, 255]");
  EXPECT_EQ(stored(Tensor::of({}, std::vector<std::int16_t>{1})),
            "zero_point = [1], axis = none, element = i16, range = [-32768, 32767]");
  EXPECT_EQ(stored(Tensor::of({}, std::vector<std::uint16_t>{1})),
            "zero_point = [1], axis = none, element = u16, range = [0, 65535]");
  EXPECT_EQ(stored(Tensor::of({}, std::vector<std::int8_t>{1}), 4),
            "zero_point = [1], axis = none, element = i8, range = [-8, 7]");
  EXPECT_EQ(stored(Tensor::of({}, std::vector<std::uint8_t>{8}), 4),
            "zero_point = [8], axis = none, element = u8, range = [0, 15]");
}

TEST(Quantizers, LinearTypeFromTheAttribute) {
  SampleModel sample(21);
  sample.input("x", {2}).scalar("s", 0.5F).output("q").output("r");
  sample.node("QuantizeLinear", {"x", "s"}, {"q"}, {number("output_dtype", 3)});
  sample.node("QuantizeLinear", {"x", "s"}, {"r"},
              {number("output_dtype", 22), number("saturate", 1), number("block_size", 0)});
  const Lines lines = nodes_of(import_sample(sample));
  EXPECT_NE(lines.at(0).find("element = i8, range = [-128, 127]"), std::string::npos);
  EXPECT_NE(lines.at(1).find("element = i8, range = [-8, 7]"), std::string::npos);
}

TEST(Quantizers, LinearAlongAnAxis) {
  const auto along = [](std::int64_t opset, std::vector<ModelAttribute> attributes, std::vector<float> scales) {
    SampleModel sample(opset);
    const auto count = static_cast<std::int64_t>(scales.size());
    sample.constant("w", Tensor(ElementType::int8, {2, 3})).vector("s", std::move(scales));
    sample.constant("z", Tensor(ElementType::int8, {count})).output("y");
    sample.node("DequantizeLinear", {"w", "s", "z"}, {"y"}, std::move(attributes));
    return nodes_of(import_sample(sample)).at(0);
  };
  EXPECT_EQ(along(13, {}, {1, 2, 3}),
            "dequantize(w) {scale = [1, 2, 3], zero_point = [0, 0, 0], axis = 1} : y f32[2x3]");
  EXPECT_EQ(along(13, {number("axis", -1)}, {1, 2, 3}),
            "dequantize(w) {scale = [1, 2, 3], zero_point = [0, 0, 0], axis = 1} : y f32[2x3]");
  EXPECT_EQ(along(21, {number("axis", 0)}, {1, 2}),
            "dequantize(w) {scale = [1, 2], zero_point = [0, 0], axis = 0} : y f32[2x3]");
  // One element is one for the whole tensor, whatever the axis says.
  EXPECT_EQ(along(13, {number("axis", 0)}, {2}),
            "dequantize(w) {scale = [2], zero_point = [0], axis = none} : y f32[2x3]");
  EXPECT_EQ(along(10, {}, {2}), "dequantize(w) {scale = [2], zero_point = [0], axis = none} : y f32[2x3]");
}

TEST(Quantizers, ResidueOfFloatWeightsIsOneNote) {
  SampleModel sample(13);
  sample.vector<float>("w", {0.5F, 0.6F})
      .vector<float>("v", {0.55F, 100.3F})
      .scalar("s", 0.5F)
      .scalar("z", std::int8_t{0});
  sample.node("QuantizeLinear", {"w", "s", "z"}, {"a"})
      .node("QuantizeLinear", {"v", "s", "z"}, {"b"})
      .output("a")
      .output("b");
  EXPECT_EQ(
      import_sample(sample).messages(),
      Lines{"note: tensor 'w': 2 constants are not multiples of their scale and are rounded; this one by up to 0.2 of "
            "a step [import.residue]"});
}

} // namespace
} // namespace tilewright
