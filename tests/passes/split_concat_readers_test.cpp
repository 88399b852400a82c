#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using SplitConcatReaders = PassFixture;

std::string joined(std::string_view scale_of_b) {
  return R"(graph "t" {
    %x = input "x" : i8[1x2]
    %z = input "z" : i8[1x2]
    %a = dequantize(%x) )" +
         dequantize_attributes("1", 0) + R"( from ["a"] : "a" f32[1x2]
    %b = dequantize(%z) )" +
         dequantize_attributes(scale_of_b, 0) + R"( from ["b"] : "b" f32[1x2]
    %c = concat(%a, %b) {axis = 1} from ["c"] : "c" f32[1x4]
    %q = quantize(%c) )" +
         quantize_attributes("1/4", 0) + R"( from ["q"] : "q" i8[1x4] )" + quantization("1/4", 0) +
         R"( range [-128, 127]
    output "y" = %q
  })";
}

TEST_F(SplitConcatReaders, BranchesOfDifferentScales) {
  const std::string after = run("split_concat_readers", joined("1/3"));
  EXPECT_NE(after.find("\"q.branch0\" i8[1x2]"), std::string::npos) << after;
  EXPECT_NE(after.find("\"q.branch1\" i8[1x2]"), std::string::npos) << after;
  EXPECT_GT(after.find("concat("), after.rfind("quantize(")) << after;
}

TEST_F(SplitConcatReaders, OneScaleStays) { expect_unchanged("split_concat_readers", joined("1")); }

} // namespace
} // namespace tilewright::testing_support
