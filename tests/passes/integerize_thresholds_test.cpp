#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using IntegerizeThresholds = PassFixture;

std::string thresholds_on(std::string_view scale, int zero_point) {
  return R"(graph "t" {
    %x = input "x" : i8[1x2]
    %d = dequantize(%x) )" +
         dequantize_attributes(scale, zero_point) + R"( from ["d"] : "d" f32[1x2]
    %t = constant "t" : f32[1x3] = [-1, 0.3, 1000]
    %m = multi_threshold(%d, %t) from ["m"] : "m" i8[1x2] range [0, 3]
    output "y" = %m
  })";
}

TEST_F(IntegerizeThresholds, RoundedUpInTheIntegersSteps) {
  // x = (q - 3) / 4: -1 is reached at q = -1, 0.3 at q = 4.2 rounded up, 1000 never.
  const std::string after = run("integerize_thresholds", thresholds_on("1/4", 3));
  EXPECT_NE(after.find("= [-1, 5, 128]"), std::string::npos) << after;
  EXPECT_EQ(after.find("dequantize("), std::string::npos) << after;
}

TEST_F(IntegerizeThresholds, ANegativeFactorIsRefused) {
  expect_errors("integerize_thresholds", thresholds_on("-1/4", 0),
                {"m: integerize.thresholds: a factor in front of the thresholds is not positive"});
}

} // namespace
} // namespace tilewright::testing_support
