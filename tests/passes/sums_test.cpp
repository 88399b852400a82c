// Sums of several computed tensors through `integerize`: one rescale of all of them, with exact ratios.
#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class Sums : public PassFixture {
protected:
  // Input `name` of 2x2, quantized with `scale` and `zero_point`; %<name>r is the dequantized value.
  static std::string input(std::string_view name, std::string_view scale, int zero_point) {
    return fmt::format("%{0} = input \"{0}\" : f32[2x2]\n"
                       "%{0}q = quantize(%{0}) {1} from [\"{0}q\"] : \"{0}q\" i8[2x2] {2} range [-128, 127]\n"
                       "%{0}r = dequantize(%{0}q) {3} from [\"{0}r\"] : \"{0}r\" f32[2x2]\n",
                       name, quantize_attributes(scale, zero_point), quantization(scale, zero_point),
                       dequantize_attributes(scale, zero_point));
  }
  static std::string add(std::string_view a, std::string_view b, std::string_view to) {
    return fmt::format("%{2} = add(%{0}, %{1}) from [\"{2}\"] : \"{2}\" f32[2x2]\n", a, b, to);
  }
  static std::string output(std::string_view from) {
    return fmt::format(
        "%o = quantize(%{0}) {1} from [\"o\"] : \"o\" i8[2x2] {2} range [-128, 127]\noutput \"o\" = %o\n}}", from,
        quantize_attributes("1/2", 1), quantization("1/2", 1));
  }
  static std::string inputs() { return "graph \"t\" {\n" + input("a", "1/4", 3) + input("b", "1/3", -2); }
  static std::string rescale_in(const std::string& text) {
    const std::size_t at = text.find("{ratio");
    return at == std::string::npos ? "" : text.substr(at, text.find(", element", at) - at);
  }
};

TEST_F(Sums, UnequalScalesAndZeroPoints) {
  // ((a - 3) / 4 + (b + 2) / 3) * 2 + 1 = a / 2 + 2 b / 3 + 5 / 6
  const std::string after = run("integerize", inputs() + add("ar", "br", "s") + output("s"));
  EXPECT_EQ(rescale_in(after), "{ratio = [1/2, 2/3], offset = [5/6], rounding = half_odd") << after;
  EXPECT_TRUE(diagnostics_.all().empty()) << all_text(diagnostics_);
}

TEST_F(Sums, OneTensorTwiceIsOneTerm) {
  const std::string after = run("integerize", inputs() + add("ar", "br", "s") + add("s", "ar", "t") + output("t"));
  EXPECT_EQ(rescale_in(after), "{ratio = [1, 2/3], offset = [-2/3], rounding = half_odd") << after;
}

TEST_F(Sums, WhatFollowsTheSumIsPartOfTheStep) {
  const std::string after = run("integerize", inputs() + add("ar", "br", "s") +
                                                  "%c = constant \"c\" : f32[2] = [0.5, -2]\n"
                                                  "%m = mul(%s, %c) from [\"m\"] : \"m\" f32[2x2]\n"
                                                  "%p = relu(%m) from [\"p\"] : \"p\" f32[2x2]\n" +
                                                  output("p"));
  EXPECT_EQ(rescale_in(after), "{ratio = [1/4, -1, 1/3, -4/3], offset = [11/12, 4/3], rounding = half_odd") << after;
  EXPECT_NE(after.find("range = [1, 127]"), std::string::npos) << after;
}

TEST_F(Sums, AnActivationInFrontIsAClamp) {
  const std::string after = run("integerize", inputs() + "%p = relu(%ar) from [\"p\"] : \"p\" f32[2x2]\n" +
                                                  add("p", "br", "s") + output("s"));
  EXPECT_NE(after.find("ratio = [1], offset = [0]"), std::string::npos) << after; // a, clamped at its zero point
  EXPECT_NE(after.find("range = [3, 127]"), std::string::npos) << after;
  EXPECT_NE(after.find("ratio = [1/2, 2/3], offset = [5/6]"), std::string::npos) << after;
}

TEST_F(Sums, ALayerThatReadsASumNeedsAQuantizer) {
  const std::string weights = "%wi = constant \"w\" : i8[2x2] range [-3, 2] = [1, 2, -3, 1]\n%w = dequantize(%wi) " +
                              dequantize_attributes("1/8", 0) + " from [\"wdq\"] : \"wr\" f32[2x2]\n";
  expect_errors("integerize",
                inputs() + weights + add("ar", "br", "s") + "%h = dense(%s, %w) from [\"h\"] : \"h\" f32[2x2]\n" +
                    output("h"),
                {"h: integerize.float-island: the input is a sum of several tensors without a quantizer"});
}

} // namespace
} // namespace tilewright::testing_support
