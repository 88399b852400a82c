#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using PermuteWeights = PassFixture;

// Channels first, x[1, c, w] is flat as c * 3 + w; channels last as w * 2 + c.
TEST_F(PermuteWeights, RowsTakeTheOrderOfWhatIsRead) {
  const std::string before = R"(graph "t" {
    %x = input "x" : f32[1x3x2]
    %w = constant "w" : f32[6x1] = [0, 1, 2, 10, 11, 12]
    %t = transpose(%x) {permutation = [0, 2, 1]} from ["t"] : "t" f32[1x2x3]
    %f = reshape(%t) {shape = [1, 6]} from ["f"] : "f" f32[1x6]
    %d = dense(%f, %w) from ["d"] : "d" f32[1x1]
    output "y" = %d
  })";
  const std::string after = run("permute_weights", before);
  ASSERT_NE(after, "");
  const std::string folded = run("fold_constants", after);
  EXPECT_NE(folded.find("= [0x0p+0, 0x1.4p+3, 0x1p+0, 0x1.6p+3, 0x1p+1, 0x1.8p+3]"), std::string::npos) << folded;
  EXPECT_EQ(folded.find("transpose("), std::string::npos) << folded;
}

TEST_F(PermuteWeights, ATransposeOfTheBatchStays) {
  expect_unchanged("permute_weights", R"(graph "t" {
    %x = input "x" : f32[3x2]
    %w = constant "w" : f32[3x1] = [1, 2, 3]
    %t = transpose(%x) {permutation = [1, 0]} from ["t"] : "t" f32[2x3]
    %d = dense(%t, %w) from ["d"] : "d" f32[2x1]
    output "y" = %d
  })");
}

} // namespace
} // namespace tilewright::testing_support
