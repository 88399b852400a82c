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

TEST_F(SinkTransposes, BehindOpsThatNameAnAxis) {
  expect("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[1x4x5x2]
    %a = transpose(%x) {permutation = [0, 3, 1, 2]} from ["a"] : "a" f32[1x2x4x5]
    %g = gather(%a) {axis = 1, indices = [1]} from ["g"] : "g" f32[1x1x4x5]
    %c = concat(%a, %g) {axis = 1} from ["c"] : "c" f32[1x3x4x5]
    %p = pad(%c) {begin = [0, 0, 1, 2], end = [0, 0, 0, 3], value = 0} from ["p"] : "p" f32[1x3x5x10]
    %s = reduce_sum(%p) {axes = [2, 3]} from ["s"] : "s" f32[1x3x1x1]
    %r = reshape(%s) {shape = [1, 3, 1, 1]} from ["r"] : "r" f32[1x3x1x1]
    %b = transpose(%r) {permutation = [0, 2, 3, 1]} from ["b"] : "b" f32[1x1x1x3]
    output "y" = %b
  })",
         R"(graph "t" {
    %x = input "x" : f32[1x4x5x2]
    %g = gather(%x) {axis = 3, indices = [1]} from ["g"] : "g" f32[1x4x5x1]
    %c = concat(%x, %g) {axis = 3} from ["c"] : "c" f32[1x4x5x3]
    %p = pad(%c) {begin = [0, 1, 2, 0], end = [0, 0, 3, 0], value = 0} from ["p"] : "p" f32[1x5x10x3]
    %s = reduce_sum(%p) {axes = [1, 2]} from ["s"] : "s" f32[1x1x1x3]
    output "y" = %s
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

TEST_F(SinkTransposes, WhatComesFromTheInputsFollowsLayers) {
  expect("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[1x2x3]
    %w = constant "w" : f32[2x2] = [1, 2, 3, 4]
    %t = transpose(%x) {permutation = [0, 2, 1]} from ["t"] : "t" f32[1x3x2]
    %m = matmul(%t, %w) from ["m"] : "m" f32[1x3x2]
    %b = transpose(%m) {permutation = [0, 2, 1]} from ["b"] : "b" f32[1x2x3]
    %s = add(%b, %x) from ["s"] : "s" f32[1x2x3]
    output "y" = %s
  })",
         R"(graph "t" {
    %x = input "x" : f32[1x2x3]
    %w = constant "w" : f32[2x2] = [1, 2, 3, 4]
    %t = transpose(%x) {permutation = [0, 2, 1]} from ["t"] : "t" f32[1x3x2]
    %m = matmul(%t, %w) from ["m"] : "m" f32[1x3x2]
    %s = add(%m, %t) from ["s"] : "s" f32[1x3x2]
    %u = transpose(%s) {permutation = [0, 2, 1]} from ["s"] : "s" f32[1x2x3]
    output "y" = %u
  })");
}

TEST_F(SinkTransposes, OneTransposeForAllReaders) {
  expect("sink_transposes", R"(graph "t" {
    %x = input "x" : f32[2x3]
    %w = constant "w" : f32[2x1] = [1, 2]
    %a = transpose(%x) {permutation = [1, 0]} from ["a"] : "a" f32[3x2]
    %b = transpose(%x) {permutation = [1, 0]} from ["b"] : "b" f32[3x2]
    %m = matmul(%a, %w) from ["m"] : "m" f32[3x1]
    %n = matmul(%b, %w) from ["n"] : "n" f32[3x1]
    output "u" = %m
    output "v" = %n
  })",
         R"(graph "t" {
    %x = input "x" : f32[2x3]
    %w = constant "w" : f32[2x1] = [1, 2]
    %a = transpose(%x) {permutation = [1, 0]} from ["a"] : "a" f32[3x2]
    %m = matmul(%a, %w) from ["m"] : "m" f32[3x1]
    %n = matmul(%a, %w) from ["n"] : "n" f32[3x1]
    output "u" = %m
    output "v" = %n
  })");
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
