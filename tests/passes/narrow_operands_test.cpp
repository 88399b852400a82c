#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using NarrowOperands = PassFixture;

std::string sums_of(std::string_view range, std::string_view result) {
  return R"(graph "t" {
    %x = input "x" : i32[1x2] range )" +
         std::string(range) + R"(
    %w = constant "w" : i8[2x1] range [1, 2] = [1, 2]
    %s = dense(%x, %w) from ["s"] : "s" )" +
         std::string(result) + R"(
    %t = dense(%x, %w) from ["t"] : "t" )" +
         std::string(result) + R"(
    output "y" = %s
    output "z" = %t
  })";
}

TEST_F(NarrowOperands, SumsThatFitSixteenBitsAreNarrowedOnce) {
  const std::string after = run("narrow_operands", sums_of("[-32768, 32767]", "i32[1x1] range [-98304, 98301]"));
  EXPECT_NE(after.find("element = i16, range = [-32768, 32767]"), std::string::npos) << after;
  EXPECT_EQ(after.find("rescale("), after.rfind("rescale(")) << after;
  EXPECT_EQ(after.find("dense(%x"), std::string::npos) << after;
}

TEST_F(NarrowOperands, WiderOnesStay) {
  expect_unchanged("narrow_operands", sums_of("[-32768, 32768]", "i32[1x1] range [-98304, 98304]"));
}

} // namespace
} // namespace tilewright::testing_support
