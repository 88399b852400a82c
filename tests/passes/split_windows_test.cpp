#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using SplitWindows = PassFixture;

std::string windows(std::string_view kernel, std::string_view strides, std::string_view end = "0, 0") {
  return "{kernel = [" + std::string(kernel) + "], strides = [" + std::string(strides) +
         "], dilations = [1, 1], pads_begin = [0, 0], pads_end = [" + std::string(end) + "]";
}

std::string pooled(std::string_view input, std::string_view node) {
  return "graph \"t\" {\n    %x = input \"x\" : " + std::string(input) + "\n    %y = " + std::string(node) +
         "\n    output \"y\" = %y\n  }";
}

TEST_F(SplitWindows, AGlobalSumIsASumOfSums) {
  expect("split_windows",
         pooled("i8[1x48x64x3] range [-100, 100]",
                R"(reduce_sum(%x) {axes = [1, 2]} from ["s"] : "s" i32[1x1x1x3] range [-307200, 307200])"),
         R"(graph "t" {
    %x = input "x" : i8[1x48x64x3] range [-100, 100]
    %w = sum_pool(%x) )" +
             windows("8, 8", "8, 8") + R"(, pad_value = 0} from ["s"] : "s.wide" i32[1x6x8x3] range [-6400, 6400]
    %n = requantize(%w) {multiplier = [1], addend = [0], shift = 0, prior_shift = 0, rounding = half_even, element = i16, range = [-6400, 6400], scale = [1], zero_point = [0], axis = none} from ["s"] : "s.windows" i16[1x6x8x3] quantization {scale = [1], zero_point = [0]} range [-6400, 6400]
    %y = sum_pool(%n) )" +
             windows("6, 8", "1, 1") + R"(, pad_value = 0} from ["s"] : "s" i32[1x1x1x3] range [-307200, 307200]
    output "y" = %y
  })");
}

// The largest of the largest, until few are left.
TEST_F(SplitWindows, SizesWithoutDivisorsArePadded) {
  const std::string after =
      run("split_windows", pooled("u8[1x47x53x3]", "max_pool(%x) " + windows("47, 53", "1, 1") +
                                                       R"(} from ["p"] : "p" u8[1x1x1x3] range [0, 255])"));
  EXPECT_NE(after.find("max_pool(%0) " + windows("4, 4", "4, 4", "1, 3")), std::string::npos) << after;
  EXPECT_NE(after.find("max_pool(%1) " + windows("4, 4", "4, 4", "0, 2")), std::string::npos) << after;
  EXPECT_NE(after.find("max_pool(%2) " + windows("3, 4", "1, 1")), std::string::npos) << after;
}

TEST_F(SplitWindows, WindowsSideBySideAreSplitByDivisors) {
  const std::string after =
      run("split_windows", pooled("u8[1x80x80x3]", "max_pool(%x) " + windows("40, 40", "40, 40") +
                                                       R"(} from ["p"] : "p" u8[1x2x2x3] range [0, 255])"));
  EXPECT_NE(after.find("max_pool(%0) " + windows("4, 4", "4, 4")), std::string::npos) << after;
  EXPECT_NE(after.find("max_pool(%1) " + windows("2, 2", "2, 2")), std::string::npos) << after;
  EXPECT_NE(after.find("max_pool(%2) " + windows("5, 5", "5, 5")), std::string::npos) << after;
}

TEST_F(SplitWindows, OneLongAxis) {
  const std::string after =
      run("split_windows", pooled("i8[1x1x4000x3]", "max_pool(%x) " + windows("1, 4000", "1, 1") +
                                                        R"(} from ["p"] : "p" i8[1x1x1x3] range [-128, 127])"));
  EXPECT_NE(after.find("max_pool(%0) " + windows("1, 16", "1, 16")), std::string::npos) << after;
  EXPECT_NE(after.find("max_pool(%1) " + windows("1, 10", "1, 10")), std::string::npos) << after;
  EXPECT_NE(after.find("max_pool(%2) " + windows("1, 25", "1, 1")), std::string::npos) << after;
}

TEST_F(SplitWindows, TheRestStays) {
  const auto stays = [&](std::string_view input, const std::string& node) {
    expect_unchanged("split_windows", pooled(input, node));
  };
  stays("i8[1x32x32x3]", R"(reduce_sum(%x) {axes = [1, 2]} from ["s"] : "s" i32[1x1x1x3] range [-131072, 130048])");
  // Windows that overlap, or that no divisor cuts.
  stays("i8[1x80x80x3]",
        "max_pool(%x) " + windows("40, 40", "20, 20") + R"(} from ["p"] : "p" i8[1x3x3x3] range [-128, 127])");
  stays("i8[1x82x82x3]",
        "max_pool(%x) " + windows("41, 41", "41, 41") + R"(} from ["p"] : "p" i8[1x2x2x3] range [-128, 127])");
  // Sums of 64 numbers of 16 bits fit no 16 bits.
  stays("i16[1x48x64x3]",
        R"(reduce_sum(%x) {axes = [1, 2]} from ["s"] : "s" i32[1x1x1x3] range [-100663296, 100660224])");
}

} // namespace
} // namespace tilewright::testing_support
