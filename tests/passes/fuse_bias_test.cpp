#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class FuseBias : public PassFixture {
protected:
  // A sum of two int8 inputs with weights [[1, 2], [-3, 1]] in units of 1/32, and what reads it.
  static std::string graph(std::string_view reader, std::string_view more = "") {
    return fmt::format(R"(graph "t" {{
      %x = input "x" : i8[1x2] {}
      %w = constant "w" : i8[2x2] {} range [-3, 2] = [1, 2, -3, 1]
      %h = dense(%x, %w) from ["fc"] : "h" i32[1x2] quantization {{scale = [1/32], zero_point = [0]}} range [-509, 511]
      {}
      output "y" = %y
      {}
    }})",
                       quantization("1/4", 0), quantization("1/8", 0), reader, more);
  }
  static std::string rescale(std::string_view ratio, std::string_view offset, std::string_view range) {
    return fmt::format("%y = rescale(%h) {{ratio = [{}], offset = [{}], rounding = half_even{}}} from [\"q\"] : \"y\" "
                       "i8[1x2] {} range {}",
                       ratio, offset, stored_as("1/2", 0), quantization("1/2", 0), range);
  }
};

TEST_F(FuseBias, MultiplesOfTheUnitMoveIntoTheSum) {
  expect("fuse_bias", graph(rescale("1/16", "2, -1/16", "[-32, 34]")),
         fmt::format(R"(graph "t" {{
      %x = input "x" : i8[1x2] {}
      %w = constant "w" : i8[2x2] {} range [-3, 2] = [1, 2, -3, 1]
      %b = constant "h.bias" : i32[2] quantization {{scale = [1/32, 1/32], zero_point = [0, 0], axis = 0}} range [-1, 32] = [32, -1]
      %h = dense(%x, %w, %b) from ["fc"] : "h" i32[1x2] quantization {{scale = [1/32], zero_point = [0]}} range [-477, 543]
      %y = rescale(%h) {{ratio = [1/16], offset = [0], rounding = half_even{}}} from ["q"] : "y" i8[1x2] {} range [-30, 34]
      output "y" = %y
    }})",
                     quantization("1/4", 0), quantization("1/8", 0), stored_as("1/2", 0), quantization("1/2", 0)));
}

TEST_F(FuseBias, ZeroPointsOfALogitMoveToo) {
  const std::string after = run(
      "fuse_bias",
      graph(
          "%y = dequantize(%h) {scale = [1/32, 1/32], zero_point = [-7, 5], axis = 1} from [\"d\"] : \"y\" f32[1x2]"));
  EXPECT_NE(after.find("= [7, -5]"), std::string::npos) << after;
  EXPECT_NE(after.find("{scale = [1/32], zero_point = [0], axis = none}"), std::string::npos) << after;
}

TEST_F(FuseBias, ABiasThatIsThereAlreadyGrows) {
  const std::string once = run("fuse_bias", graph(rescale("1/16", "2, -1/16", "[-32, 34]")));
  std::string shifted = once;
  const std::size_t at = shifted.find("offset = [0]");
  ASSERT_NE(at, std::string::npos);
  shifted.replace(at, 12, "offset = [1]");
  shifted.replace(shifted.find("range [-30, 34]"), 15, "range [-29, 35]");
  const std::string after = run("fuse_bias", shifted);
  EXPECT_NE(after.find("= [48, 15]"), std::string::npos) << after;
}

TEST_F(FuseBias, AFractionStaysBehind) {
  expect_unchanged("fuse_bias", graph(rescale("1/16", "2, -1/17", "[-32, 34]")));
}

TEST_F(FuseBias, ASumWithTwoReadersStays) {
  expect_unchanged("fuse_bias", graph(rescale("1/16", "2", "[-30, 34]"), "output \"sum\" = %h"));
}

TEST_F(FuseBias, ABiasBeyond32BitsStays) {
  expect_unchanged("fuse_bias", graph(rescale("1/68719476736", "2", "[2, 2]")));
}

TEST_F(FuseBias, ASumThatWouldOutgrowItsWidthStays) {
  // 2^31 - 400 fits in 32 bits; with the sum it does not.
  expect_unchanged("fuse_bias", graph(rescale("1/2147483248", "1", "[1, 1]")));
}

TEST_F(FuseBias, NothingToMoveWithoutOffset) {
  expect_unchanged("fuse_bias", graph(rescale("1/16", "0", "[-32, 32]")));
}

TEST_F(FuseBias, AZeroRatioStays) { expect_unchanged("fuse_bias", graph(rescale("1/16, 0", "2, 3", "[-30, 34]"))); }

} // namespace
} // namespace tilewright::testing_support
