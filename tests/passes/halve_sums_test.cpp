#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using HalveSums = PassFixture;

const std::string windows =
    R"({kernel = [2, 2], strides = [2, 2], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0])";

std::string summed(std::string_view type, std::string_view range, std::string_view sum_range) {
  return "graph \"t\" {\n    %x = input \"x\" : " + std::string(type) + "[1x4x4x2] range " + std::string(range) +
         "\n    %s = sum_pool(%x) " + windows + ", pad_value = 0} from [\"s\"] : \"s\" i32[1x2x2x2] range " +
         std::string(sum_range) + "\n    output \"y\" = %s\n  }";
}

std::string step(std::string_view multiplier, int shift, std::string_view rounding, std::string_view element,
                 std::string_view range) {
  return "{multiplier = [" + std::string(multiplier) + "], addend = [0], shift = " + std::to_string(shift) +
         ", prior_shift = 0, rounding = " + std::string(rounding) + ", element = " + std::string(element) +
         ", range = " + std::string(range) + ", scale = [1], zero_point = [0], axis = none} from [\"s\"] : ";
}

TEST_F(HalveSums, SumsOfAccumulators) {
  const std::string unit = " quantization {scale = [1], zero_point = [0]} range ";
  expect("halve_sums", summed("i32", "[-70000, 100000]", "[-280000, 400000]"),
         R"(graph "t" {
    %x = input "x" : i32[1x4x4x2] range [-70000, 100000]
    %h = requantize(%x) )" +
             step("1", 15, "floor", "i16", "[-3, 3]") + "\"s.high\" i16[1x4x4x2]" + unit + R"([-3, 3]
    %l = requantize(%x, %h) )" +
             step("1, -32768", 0, "half_even", "i16", "[0, 32767]") + "\"s.low\" i16[1x4x4x2]" + unit + R"([0, 32767]
    %sh = sum_pool(%h) )" +
             windows + R"(, pad_value = 0} from ["s"] : "s.high_sum" i32[1x2x2x2] range [-12, 12]
    %sl = sum_pool(%l) )" +
             windows + R"(, pad_value = 0} from ["s"] : "s.low_sum" i32[1x2x2x2] range [0, 131068]
    %s = requantize(%sh, %sl) )" +
             step("32768, 1", 0, "half_even", "i32", "[-280000, 400000]") + "\"s\" i32[1x2x2x2]" + unit +
             R"([-280000, 400000]
    output "y" = %s
  })");
}

TEST_F(HalveSums, NarrowOperandsStay) {
  expect_unchanged("halve_sums", summed("i16", "[-7000, 10000]", "[-28000, 40000]"));
  expect_unchanged("halve_sums", summed("i32", "[-7000, 10000]", "[-28000, 40000]")); // narrow_operands' business
}

} // namespace
} // namespace tilewright::testing_support
