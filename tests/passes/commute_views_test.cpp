#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using CommuteViews = PassFixture;

TEST_F(CommuteViews, PerChannelScalesFollowATranspose) {
  expect("commute_views", R"(graph "t" {
    %w = constant "w" : i8[2x3] range [1, 6] = [1, 2, 3, 4, 5, 6]
    %d = dequantize(%w) {scale = [1/2, 1/4], zero_point = [0, 1], axis = 0} from ["d"] : "d" f32[2x3]
    %t = transpose(%d) {permutation = [1, 0]} from ["t"] : "t" f32[3x2]
    output "y" = %t
  })",
         R"(graph "t" {
    %w = constant "w" : i8[2x3] range [1, 6] = [1, 2, 3, 4, 5, 6]
    %i = transpose(%w) {permutation = [1, 0]} from ["t"] : "t.int" i8[3x2] range [1, 6]
    %t = dequantize(%i) {scale = [1/2, 1/4], zero_point = [0, 1], axis = 1} from ["d"] : "t" f32[3x2]
    output "y" = %t
  })");
}

TEST_F(CommuteViews, ChainsOfViewsPassInOneRun) {
  const std::string after = run("commute_views", R"(graph "t" {
    %x = input "x" : i8[2x3x4]
    %d = dequantize(%x) )" + dequantize_attributes("1/2", 7) +
                                                     R"( from ["d"] : "d" f32[2x3x4]
    %t = transpose(%d) {permutation = [0, 2, 1]} from ["t"] : "t" f32[2x4x3]
    %r = reshape(%t) {shape = [2, 12]} from ["r"] : "r" f32[2x12]
    output "y" = %r
  })");
  EXPECT_LT(after.find("reshape("), after.find("dequantize(")) << after;
  EXPECT_EQ(after.find("dequantize("), after.rfind("dequantize(")) << after;
}

TEST_F(CommuteViews, AReshapeKeepsAnAxisThatSurvives) {
  const std::string after = run("commute_views", R"(graph "t" {
    %x = input "x" : i8[2x3x1x1]
    %d = dequantize(%x) {scale = [1, 1/2, 1/4], zero_point = [0, 0, 0], axis = 1} from ["d"] : "d" f32[2x3x1x1]
    %r = reshape(%d) {shape = [2, 3]} from ["r"] : "r" f32[2x3]
    output "y" = %r
  })");
  EXPECT_NE(after.find("axis = 1} from [\"d\"] : \"r\" f32[2x3]"), std::string::npos) << after;
}

TEST_F(CommuteViews, AReshapeThatBreaksTheAxisStays) {
  expect_unchanged("commute_views", R"(graph "t" {
    %x = input "x" : i8[2x3]
    %d = dequantize(%x) {scale = [1, 1/2, 1/4], zero_point = [0, 0, 0], axis = 1} from ["d"] : "d" f32[2x3]
    %r = reshape(%d) {shape = [6]} from ["r"] : "r" f32[6]
    output "y" = %r
  })");
}

TEST_F(CommuteViews, ViewsOfComputedFloatsStay) {
  expect_unchanged("commute_views", R"(graph "t" {
    %x = input "x" : i8[2x3]
    %d = dequantize(%x) )" + dequantize_attributes("1", 0) +
                                        R"( from ["d"] : "d" f32[2x3]
    %s = relu(%d) from ["s"] : "s" f32[2x3]
    %r = reshape(%s) {shape = [6]} from ["r"] : "r" f32[6]
    output "y" = %r
  })");
}

TEST_F(CommuteViews, IntegerViewsStay) {
  expect_unchanged("commute_views", R"(graph "t" {
    %x = input "x" : i8[2x3]
    %r = reshape(%x) {shape = [6]} from ["r"] : "r" i8[6]
    output "y" = %r
  })");
}

} // namespace
} // namespace tilewright::testing_support
