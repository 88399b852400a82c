#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using SinkTransposes = PassFixture;

TEST_F(SinkTransposes, BehindElementWiseOpsUntilTheyCancel) {
  expect("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[1x2x3]
    %c = constant "c" : f32[2x1] = [5, 6]
    %a = transpose(%x) {permutation = [0, 2, 1]} from ["a"] : "a" f32[1x3x2]
    %b = transpose(%a) {permutation = [0, 2, 1]} from ["b"] : "b" f32[1x2x3]
    %r = relu(%b) from ["r"] : "r" f32[1x2x3]
    output "y" = %r
  })",
         R"(graph "t" {
    %x = input "x" : f32[1x2x3]
    %r = relu(%x) from ["r"] : "r" f32[1x2x3]
    output "y" = %r
  })");
}

TEST_F(SinkTransposes, ConstantsTurnWithTheirChannels) {
  const std::string after = run("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[1x3x2]
    %c = constant "c" : f32[2x1] = [5, 6]
    %a = transpose(%x) {permutation = [0, 2, 1]} from ["a"] : "a" f32[1x2x3]
    %m = mul(%a, %c) from ["m"] : "m" f32[1x2x3]
    output "y" = %m
  })");
  // [2, 1] on channels first is [1, 1, 2] on channels last.
  EXPECT_NE(after.find(": \"c\" f32[1x1x2]"), std::string::npos) << after;
  EXPECT_NE(after.find("transpose(%"), after.rfind("transpose(%")) << after;
  EXPECT_NE(after.find("\"m\" f32[1x3x2]"), std::string::npos) << after;
}

TEST_F(SinkTransposes, AQuantizersAxisMovesAlong) {
  const std::string after = run("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[1x3x2]
    %a = transpose(%x) {permutation = [0, 2, 1]} from ["a"] : "a" f32[1x2x3]
    %q = quantize(%a) {scale = [1, 1/2], zero_point = [0, 0], axis = 1, element = i8, range = [-128, 127], rounding = half_even, round_after_zero_point = false} from ["q"] : "q" i8[1x2x3] quantization {scale = [1, 1/2], zero_point = [0, 0], axis = 1} range [-128, 127]
    output "y" = %q
  })");
  EXPECT_NE(after.find("axis = 2"), std::string::npos) << after;
  EXPECT_LT(after.find("quantize("), after.find("transpose(")) << after;
}

TEST_F(SinkTransposes, TwoBranchesOfOnePermutationMeet) {
  const std::string after = run("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[3x2]
    %z = input "z" : f32[3x2]
    %a = transpose(%x) {permutation = [1, 0]} from ["a"] : "a" f32[2x3]
    %b = transpose(%z) {permutation = [1, 0]} from ["b"] : "b" f32[2x3]
    %s = add(%a, %b) from ["s"] : "s" f32[2x3]
    output "y" = %s
  })");
  EXPECT_EQ(after.find("transpose("), after.rfind("transpose(")) << after;
  EXPECT_LT(after.find("add("), after.find("transpose(")) << after;
}

TEST_F(SinkTransposes, DifferentPermutationsStay) {
  expect_unchanged("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[2x2]
    %z = input "z" : f32[2x2]
    %a = transpose(%x) {permutation = [1, 0]} from ["a"] : "a" f32[2x2]
    %s = add(%a, %z) from ["s"] : "s" f32[2x2]
    output "y" = %s
  })");
}

} // namespace
} // namespace tilewright::testing_support
