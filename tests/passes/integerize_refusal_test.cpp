// What integerize refuses, with the exact reasons.
#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class IntegerizeRefusal : public PassFixture {
protected:
  static std::string quantizer(std::string_view from, std::string_view to, std::string_view rounding = "half_even",
                               int zero_point = 0) {
    return fmt::format("%{1} = quantize(%{0}) {2} from [\"{1}\"] : \"{1}\" i8[1x2] {3} range [-128, 127]\n"
                       "%{1}r = dequantize(%{1}) {4} from [\"{1}r\"] : \"{1}r\" f32[1x2]\n",
                       from, to, quantize_attributes("1/4", zero_point, "i8", "[-128, 127]", rounding),
                       quantization("1/4", zero_point), dequantize_attributes("1/4", zero_point));
  }
  static std::string layer(std::string_view x, std::string_view w, std::string_view to) {
    return fmt::format("%{2} = dense(%{0}, %{1}) from [\"{2}\"] : \"{2}\" f32[1x2]\n", x, w, to);
  }
  static std::string graph(const std::string& body, std::string_view output) {
    return fmt::format("graph \"t\" {{\n%x = input \"x\" : f32[1x2]\n{}output \"y\" = %{}\n}}", body, output);
  }
  const std::string float_weights_ = "%w = constant \"w\" : f32[2x2] = [0.5, 2, 3, 4]\n";
  const std::string integer_weights_ = "%wi = constant \"w\" : i8[2x2] range [1, 4] = [1, 2, 3, 4]\n"
                                       "%w = dequantize(%wi) " +
                                       dequantize_attributes("1/8", 0) + " from [\"wdq\"] : \"wr\" f32[2x2]\n";
};

TEST_F(IntegerizeRefusal, AModelWithoutQuantizers) {
  expect_errors("integerize", graph(float_weights_ + layer("x", "w", "h"), "h"),
                {": integerize.not-quantized: the model is not quantized: it has no quantizer and no integer tensor"});
}

TEST_F(IntegerizeRefusal, FloatWeights) {
  expect_errors("integerize",
                graph(quantizer("x", "q") + float_weights_ + layer("qr", "w", "fc") + quantizer("fc", "o"), "or"),
                {"fc: integerize.weights-not-quantized: the weights 'w' are not quantized"});
}

TEST_F(IntegerizeRefusal, AFloatInput) {
  expect_errors("integerize", graph(integer_weights_ + layer("x", "w", "fc") + quantizer("fc", "o"), "or"),
                {"fc: integerize.input-not-quantized: the weights are quantized but the layer's input is not"});
}

TEST_F(IntegerizeRefusal, ProductsOfTwoComputedTensors) {
  expect_errors("integerize",
                graph("%z = input \"z\" : f32[1x2]\n" + quantizer("x", "q") + quantizer("z", "p") +
                          "%s = mul(%qr, %pr) from [\"product\"] : \"s\" f32[1x2]\n" + quantizer("s", "o"),
                      "or"),
                {"product: integerize.float-island: the result depends on several quantized tensors"});
}

TEST_F(IntegerizeRefusal, EveryIslandOnceAndAllTogether) {
  const std::string body = "%z = input \"z\" : f32[1x2]\n" + quantizer("x", "q") + quantizer("z", "p") +
                           float_weights_ + "%s = mul(%qr, %pr) from [\"product\"] : \"s\" f32[1x2]\n" +
                           quantizer("s", "a") + quantizer("s", "b") + layer("ar", "w", "fc") + quantizer("fc", "o") +
                           "%sum = add(%or, %br) from [\"sum\"] : \"sum\" f32[1x2]\n";
  expect_errors("integerize", graph(body, "sum"),
                {"fc: integerize.weights-not-quantized: the weights 'w' are not quantized",
                 "product: integerize.float-island: the result depends on several quantized tensors"});
}

TEST_F(IntegerizeRefusal, RoundingThatHasNoEquivalentBehindTheZeroPoint) {
  // Of 8 bits it would be a table.
  const std::string wide = "%q = quantize(%x) " + quantize_attributes("1/4", 0, "i16", "[-32768, 32767]") +
                           " from [\"q\"] : \"q\" i16[1x2] " + quantization("1/4", 0) +
                           " range [-32768, 32767]\n%qr = dequantize(%q) " + dequantize_attributes("1/4", 0) +
                           " from [\"qr\"] : \"qr\" f32[1x2]\n";
  // Of 8 bits in the result it would be a table of steps.
  const std::string result =
      "%o = quantize(%qr) " + quantize_attributes("1/4", 3, "i16", "[-32768, 32767]", "half_away") +
      " from [\"o\"] : \"o\" i16[1x2] " + quantization("1/4", 3) + " range [-32768, 32767]\n%or = dequantize(%o) " +
      dequantize_attributes("1/4", 3) + " from [\"or\"] : \"or\" f32[1x2]\n";
  expect_errors(
      "integerize", graph(wide + result, "or"),
      {"o: integerize.quantizer: rounding mode half_away in front of the zero points has no equivalent behind them"});
}

TEST_F(IntegerizeRefusal, WeightScalesAlongTheSummedAxis) {
  const std::string body =
      quantizer("x", "q") +
      "%wi = constant \"w\" : i8[2x2] range [1, 4] = [1, 2, 3, 4]\n"
      "%w = dequantize(%wi) {scale = [1, 1/2], zero_point = [0, 0], axis = 0} from [\"wdq\"] : \"wr\" f32[2x2]\n" +
      layer("qr", "w", "fc") + quantizer("fc", "o");
  expect_errors("integerize", graph(body, "or"),
                {"fc: integerize.float-island: the weights' scales or zero points lie along the summed axis"});
}

TEST_F(IntegerizeRefusal, ABoundBetweenTwoSteps) {
  const std::string body = quantizer("x", "q") +
                           "%c = clip(%qr) {low = 0, high = 1/3} from [\"c\"] : \"c\" f32[1x2]\n" + integer_weights_ +
                           layer("c", "w", "fc") + quantizer("fc", "o");
  expect_errors("integerize", graph(body, "or"),
                {"fc: integerize.float-island: an activation's bound lies between two steps of its operand's scale"});
}

TEST_F(IntegerizeRefusal, AConstantThatVariesInTwoDirections) {
  const std::string body = R"(%qi = input "q" : i8[2x2]
    %d = dequantize(%qi) )" +
                           dequantize_attributes("1/4", 0) + R"( from ["d"] : "d" f32[2x2]
    %b = constant "b" : f32[2x2] = [1, 2, 3, 4]
    %s = add(%d, %b) from ["add"] : "s" f32[2x2]
    %o = quantize(%s) )" + quantize_attributes("1", 0) +
                           R"( from ["o"] : "o" i8[2x2] )" + quantization("1", 0) + R"( range [-128, 127]
    )";
  expect_errors("integerize", "graph \"t\" {\n" + body + "output \"y\" = %o\n}",
                {"add: integerize.float-island: a constant varies along more than one axis"});
}

} // namespace
} // namespace tilewright::testing_support
