// Concatenations of tensors with different scales, where a layer reads them without a quantizer in between.
#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

using CommonScale = PassFixture;

// Signed integers of scale 1/4 and unsigned ones of scale `other` and zero point `zero_point`, side by side in front of
// a dense layer whose weights are 1/8 each.
std::string joined(std::string_view other, int zero_point = 0) {
  return fmt::format(R"(graph "t" {{
    %x = input "x" : i8[1x1]
    %z = input "z" : u8[1x1]
    %a = dequantize(%x) {} from ["a"] : "a" f32[1x1]
    %b = dequantize(%z) {} from ["b"] : "b" f32[1x1]
    %c = concat(%a, %b) {{axis = 1}} from ["c"] : "c" f32[1x2]
    %wi = constant "w" : i8[2x1] range [1, 1] = [1, 1]
    %w = dequantize(%wi) {} from ["w"] : "wr" f32[2x1]
    %d = dense(%c, %w) from ["d"] : "d" f32[1x1]
    %q = quantize(%d) {} from ["q"] : "q" i8[1x1] {} range [-128, 127]
    output "y" = %q
  }})",
                     dequantize_attributes("1/4", 0), dequantize_attributes(other, zero_point),
                     dequantize_attributes("1/8", 0), quantize_attributes("1", 0), quantization("1", 0));
}

TEST_F(CommonScale, IntegersAreMultipliedUpToTheFinestScale) {
  const std::string after = run("integerize", joined("1/16"));
  EXPECT_NE(after.find("{ratio = [4], offset = [0], rounding = half_even, element = i16, range = [-512, 508]"),
            std::string::npos)
      << after;
  EXPECT_NE(after.find("{ratio = [1], offset = [0], rounding = half_even, element = i16, range = [0, 255]"),
            std::string::npos)
      << after;
  EXPECT_NE(after.find("i16[1x2]"), std::string::npos) << after;
  EXPECT_NE(after.find("{ratio = [1/128]"), std::string::npos) << after; // 1/16 times 1/8
}

TEST_F(CommonScale, NoScaleNeedsToBeAMultipleOfTheOther) {
  const std::string after = run("integerize", joined("1/6")); // twelfths
  EXPECT_NE(after.find("{ratio = [3], offset = [0]"), std::string::npos) << after;
  EXPECT_NE(after.find("{ratio = [2], offset = [0]"), std::string::npos) << after;
}

TEST_F(CommonScale, SignedAndUnsignedOfOneScaleTakeOneType) {
  const std::string after = run("integerize", joined("1/4", 100));
  EXPECT_NE(after.find("{ratio = [1], offset = [-100], rounding = half_even, element = i16, range = [-100, 155]"),
            std::string::npos)
      << after;
}

TEST_F(CommonScale, SixteenBitsAreTheLimit) {
  run("integerize", joined("1/513")); // 1/2052: 513 * -128 is too much
  EXPECT_NE(all_text(diagnostics_)
                .find("the operands have different scales, of which no 16-bit integers are common multiples"),
            std::string::npos)
      << all_text(diagnostics_);
  EXPECT_NE(all_text(diagnostics_).find("'c'"), std::string::npos) << all_text(diagnostics_);
  const std::string after = run("integerize", joined("1/255")); // 1/1020: 255 * -128 fits
  EXPECT_NE(after.find("{ratio = [255], offset = [0]"), std::string::npos) << after;
}

} // namespace
} // namespace tilewright::testing_support
