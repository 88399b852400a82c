#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using FoldConstants = PassFixture;

TEST_F(FoldConstants, QuantizersOfFloatConstantsBecomeIntegers) {
  // 0.3 / 0.1 is 3 in float32 and not in real numbers; 0.25 / 0.1 = 2.5 is a tie only in float32 arithmetic.
  expect("fold_constants",
         R"(graph "t" {
    %w = constant "w" : f32[4] = [0.3, -0.3, 0.25, 100]
    %q = quantize(%w) )" +
             quantize_attributes("13421773/134217728", 0) + R"( from ["q"] : "q" i8[4] )" +
             quantization("13421773/134217728", 0) + R"( range [-128, 127]
    %d = dequantize(%q) )" +
             dequantize_attributes("13421773/134217728", 0) + R"( from ["d"] : "d" f32[4]
    output "y" = %d
  })",
         R"(graph "t" {
    %q = constant "q" : i8[4] quantization {scale = [13421773/134217728], zero_point = [0]} range [-3, 127] = [3, -3, 2, 127]
    %d = dequantize(%q) )" +
             dequantize_attributes("13421773/134217728", 0) + R"( from ["d"] : "d" f32[4]
    output "y" = %d
  })");
}

TEST_F(FoldConstants, ChainsFoldInOneRun) {
  expect("fold_constants", R"(graph "t" {
    %a = constant "a" : f32[2x3] = [1, 2, 3, 4, 5, 6]
    %b = constant "b" : f32[3] = [0.5, 0.25, 0.125]
    %s = add(%a, %b) from ["add"] : "s" f32[2x3]
    %r = relu(%s) from ["relu"] : "r" f32[2x3]
    %t = transpose(%r) {permutation = [1, 0]} from ["t"] : "t" f32[3x2]
    output "y" = %t
  })",
         R"(graph "t" {
    %t = constant "t" : f32[3x2] = [1.5, 4.5, 2.25, 5.25, 3.125, 6.125]
    output "y" = %t
  })");
}

TEST_F(FoldConstants, ANarrowerConstantNarrowsWhatFollows) {
  expect("fold_constants",
         R"(graph "t" {
    %x = input "x" : i8[1x2] range [-10, 10]
    %w = constant "w" : f32[2x1] = [3, -2]
    %q = quantize(%w) )" +
             quantize_attributes("1", 0) + R"( from ["q"] : "q" i8[2x1] )" + quantization("1", 0) +
             R"( range [-128, 127]
    %y = dense(%x, %q) from ["fc"] : "y" i32[1x1] range [-2560, 2560]
    output "y" = %y
  })",
         R"(graph "t" {
    %x = input "x" : i8[1x2] range [-10, 10]
    %q = constant "q" : i8[2x1] quantization {scale = [1], zero_point = [0]} range [-2, 3] = [3, -2]
    %y = dense(%x, %q) from ["fc"] : "y" i32[1x1] range [-50, 50]
    output "y" = %y
  })");
}

TEST_F(FoldConstants, DequantizationIsNeverComputed) {
  expect_unchanged("fold_constants", R"(graph "t" {
    %w = constant "w" : i8[2] range [1, 2] = [1, 2]
    %d = dequantize(%w) )" + dequantize_attributes("1/3", 1) +
                                         R"( from ["d"] : "d" f32[2]
    %r = relu(%d) from ["r"] : "r" f32[2]
    output "y" = %r
  })");
}

TEST_F(FoldConstants, AConstantAddedToAnInputStays) {
  expect_unchanged("fold_constants", R"(graph "t" {
    %x = input "x" : f32[2]
    %b = constant "b" : f32[2] = [1, -1]
    %s = add(%x, %b) from ["add"] : "s" f32[2]
    output "y" = %s
  })");
}

TEST_F(FoldConstants, ComputedOperandsStay) {
  expect_unchanged("fold_constants", R"(graph "t" {
    %x = input "x" : f32[2]
    %r = relu(%x) from ["r"] : "r" f32[2]
    %t = add(%r, %r) from ["a"] : "t" f32[2]
    output "y" = %t
  })");
}

} // namespace
} // namespace tilewright::testing_support
