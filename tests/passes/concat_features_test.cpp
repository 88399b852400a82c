#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using ConcatFeatures = PassFixture;

TEST_F(ConcatFeatures, RowsBelowRowsFollowEachOtherInOneRow) {
  expect("concat_features", R"(graph "t" {
    %a = input "a" : i8[2x3x4]
    %b = input "b" : i8[2x1x4]
    %c = concat(%a, %b) {axis = 1} from ["c"] : "c" i8[2x4x4] range [-128, 127]
    output "y" = %c
  })",
         R"(graph "t" {
    %a = input "a" : i8[2x3x4]
    %b = input "b" : i8[2x1x4]
    %ra = reshape(%a) {shape = [2, 12]} from ["c"] : "a" i8[2x12]
    %rb = reshape(%b) {shape = [2, 4]} from ["c"] : "b" i8[2x4]
    %r = concat(%ra, %rb) {axis = 1} from ["c"] : "c.row" i8[2x16] range [-128, 127]
    %c = reshape(%r) {shape = [2, 4, 4]} from ["c"] : "c.row" i8[2x4x4] range [-128, 127]
    output "y" = %c
  })");
}

TEST_F(ConcatFeatures, ColumnsBesideColumnsComeFirstInTheRow) {
  expect("concat_features", R"(graph "t" {
    %a = input "a" : i8[1x2x3x4]
    %b = input "b" : i8[1x2x5x4]
    %c = concat(%a, %b) {axis = 2} from ["c"] : "c" i8[1x2x8x4] range [-128, 127]
    output "y" = %c
  })",
         R"(graph "t" {
    %a = input "a" : i8[1x2x3x4]
    %b = input "b" : i8[1x2x5x4]
    %a1 = reshape(%a) {shape = [1, 2, 12]} from ["c"] : "a" i8[1x2x12]
    %a2 = transpose(%a1) {permutation = [0, 2, 1]} from ["c"] : "a" i8[1x12x2]
    %a3 = reshape(%a2) {shape = [1, 24]} from ["c"] : "a" i8[1x24]
    %b1 = reshape(%b) {shape = [1, 2, 20]} from ["c"] : "b" i8[1x2x20]
    %b2 = transpose(%b1) {permutation = [0, 2, 1]} from ["c"] : "b" i8[1x20x2]
    %b3 = reshape(%b2) {shape = [1, 40]} from ["c"] : "b" i8[1x40]
    %r = concat(%a3, %b3) {axis = 1} from ["c"] : "c.row" i8[1x64] range [-128, 127]
    %c1 = reshape(%r) {shape = [1, 32, 2]} from ["c"] : "c.row" i8[1x32x2] range [-128, 127]
    %c2 = transpose(%c1) {permutation = [0, 2, 1]} from ["c"] : "c.row" i8[1x2x32] range [-128, 127]
    %c3 = reshape(%c2) {shape = [1, 2, 8, 4]} from ["c"] : "c.row" i8[1x2x8x4] range [-128, 127]
    output "y" = %c3
  })");
}

TEST_F(ConcatFeatures, FeaturesSamplesAndRealNumbersStay) {
  expect_unchanged("concat_features", R"(graph "t" {
    %a = input "a" : i8[2x3]
    %b = input "b" : i8[2x3]
    %r = input "r" : f32[1x2x3]
    %c = concat(%a, %b) {axis = 1} from ["c"] : "c" i8[2x6] range [-128, 127]
    %d = concat(%a, %b) {axis = 0} from ["d"] : "d" i8[4x3] range [-128, 127]
    %e = concat(%r, %r) {axis = 1} from ["e"] : "e" f32[1x4x3]
    output "u" = %c
    output "v" = %d
    output "w" = %e
  })");
}

} // namespace
} // namespace tilewright::testing_support
