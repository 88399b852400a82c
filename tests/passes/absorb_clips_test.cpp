#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using AbsorbClips = PassFixture;

std::string quantized_and_clipped(const std::string& tail) {
  return R"(graph "t" {
    %x = input "x" : f32[2x3]
    %q = quantize(%x) )" +
         quantize_attributes("1/4", 0) + R"( from ["q"] : "q" i8[2x3] )" + quantization("1/4", 0) +
         " range [-128, 127]\n" + tail + "}";
}

TEST_F(AbsorbClips, NarrowsTheQuantizerInFront) {
  expect("absorb_clips",
         quantized_and_clipped(R"(
    %c = clip(%q) {low = -7, high = 15/2} from ["clip"] : "c" i8[2x3] )" +
                               quantization("1/4", 0) + R"( range [-7, 7]
    output "y" = %c
  )"),
         R"(graph "t" {
    %x = input "x" : f32[2x3]
    %c = quantize(%x) )" +
             quantize_attributes("1/4", 0, "i8", "[-7, 7]") + R"( from ["q", "clip"] : "c" i8[2x3] )" +
             quantization("1/4", 0) + R"( range [-7, 7]
    output "y" = %c
  })");
}

TEST_F(AbsorbClips, BehindAnInputOnlyClamps) {
  expect("absorb_clips",
         R"(graph "t" {
    %x = input "x" : i16[4] quantization {scale = [1/8], zero_point = [5]}
    %c = clip(%x) {low = none, high = 100} from ["clip"] : "c" i16[4] )" +
             quantization("1/8", 5) + R"( range [-32768, 100]
    output "y" = %c
  })",
         R"(graph "t" {
    %x = input "x" : i16[4] quantization {scale = [1/8], zero_point = [5]}
    %c = rescale(%x) {ratio = [1], offset = [0], rounding = half_even)" +
             stored_as("1/8", 5, "i16", "[-32768, 100]") + R"(} from ["clip"] : "c" i16[4] )" + quantization("1/8", 5) +
             R"( range [-32768, 100]
    output "y" = %c
  })");
}

TEST_F(AbsorbClips, AQuantizerWithOtherReadersKeepsItsRange) {
  const std::string after = run("absorb_clips", quantized_and_clipped(R"(
    %c = clip(%q) {low = -7, high = 7} from ["clip"] : "c" i8[2x3] )" +
                                                                      quantization("1/4", 0) + R"( range [-7, 7]
    output "y" = %c
    output "all" = %q
  )"));
  EXPECT_NE(after.find("rescale("), std::string::npos) << after;
  EXPECT_NE(after.find("element = i8, range = [-128, 127], rounding"), std::string::npos) << after;
}

TEST_F(AbsorbClips, FloatClipsAreNoneOfItsBusiness) {
  expect_unchanged("absorb_clips", R"(graph "t" {
    %x = input "x" : f32[4]
    %c = clip(%x) {low = 0, high = 6} from ["clip"] : "c" f32[4]
    output "y" = %c
  })");
}

TEST_F(AbsorbClips, ConstantsAreLeftToFolding) {
  expect_unchanged("absorb_clips", R"(graph "t" {
    %x = constant "x" : i8[3] range [-100, 50] = [-100, 0, 50]
    %c = clip(%x) {low = -7, high = 7} from ["clip"] : "c" i8[3] range [-7, 7]
    output "y" = %c
  })");
}

TEST_F(AbsorbClips, NothingToDoWithoutClips) {
  expect_unchanged("absorb_clips", quantized_and_clipped("output \"y\" = %q\n"));
}

} // namespace
} // namespace tilewright::testing_support
