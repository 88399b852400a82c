#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using SumByWindows = PassFixture;

std::string reduced(std::string_view axes, std::string_view result) {
  return R"(graph "t" {
    %x = input "x" : i8[2x4x3x5] range [-100, 100]
    %s = reduce_sum(%x) {axes = [)" +
         std::string(axes) + R"(]} from ["s"] : "s" )" + std::string(result) + R"(
    output "y" = %s
  })";
}

TEST_F(SumByWindows, OneAxisOfSpaceIsAWindow) {
  expect("sum_by_windows", reduced("1", "i32[2x1x3x5] range [-400, 400]"), R"(graph "t" {
    %x = input "x" : i8[2x4x3x5] range [-100, 100]
    %s = sum_pool(%x) {kernel = [4, 1], strides = [1, 1], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0], pad_value = 0} from ["s"] : "s" i32[2x1x3x5] range [-400, 400]
    output "y" = %s
  })");
}

TEST_F(SumByWindows, ChannelsAreAProductWithOnes) {
  const std::string after = run("sum_by_windows", reduced("3", "i32[2x4x3x1] range [-500, 500]"));
  EXPECT_NE(after.find("i8[5x1] range [1, 1] = [1, 1, 1, 1, 1]"), std::string::npos) << after;
  EXPECT_NE(after.find("dense("), std::string::npos) << after;
  EXPECT_EQ(after.find("reduce_sum"), std::string::npos) << after;
}

TEST_F(SumByWindows, AllButTheSamplesAreOneRow) {
  const std::string after = run("sum_by_windows", reduced("1, 2, 3", "i32[2x1x1x1] range [-6000, 6000]"));
  EXPECT_NE(after.find("reshape(%0) {shape = [2, 60]}"), std::string::npos) << after;
  EXPECT_NE(after.find("i8[60x1]"), std::string::npos) << after;
}

TEST_F(SumByWindows, TheRestStays) {
  expect_unchanged("sum_by_windows", reduced("1, 2", "i32[2x1x1x5] range [-1200, 1200]")); // kernels take it as it is
  expect_unchanged("sum_by_windows", reduced("0", "i32[1x4x3x5] range [-200, 200]"));
  expect_unchanged("sum_by_windows", reduced("2, 3", "i32[2x4x1x1] range [-1500, 1500]"));
}

} // namespace
} // namespace tilewright::testing_support
