#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using NarrowRescales = PassFixture;

const std::string wide = "i32";
const std::string all = "[-2147483648, 2147483647]";

std::string rescale(std::string_view ratio, std::string_view scale) {
  return "{ratio = [" + std::string(ratio) + "], offset = [0], rounding = floor" + stored_as(scale, 0, wide, all) + "}";
}

TEST_F(NarrowRescales, WhatChangesNothingGoesAndTheRestIsStoredNarrowly) {
  const std::string after = run("narrow_rescales", R"(graph "t" {
    %x = input "x" : i32[1x2] range [0, 4080]
    %a = rescale(%x) )" + rescale("1", "1/32") + R"( from ["a"] : "a" i32[1x2] )" +
                                                       quantization("1/32", 0) +
                                                       R"( range [0, 4080]
    %b = rescale(%a) )" + rescale("1/16", "1/2") + R"( from ["b"] : "b" i32[1x2] )" +
                                                       quantization("1/2", 0) +
                                                       R"( range [0, 255]
    %d = dequantize(%b) )" + dequantize_attributes("1/2", 0) +
                                                       R"( from ["d"] : "d" f32[1x2]
    output "y" = %d
  })");
  EXPECT_EQ(after.find("\"a\""), after.rfind("\"a\"")) << after;
  EXPECT_NE(after.find("element = u8, range = [0, 255]"), std::string::npos) << after;
  EXPECT_NE(after.find("\"b\" u8[1x2]"), std::string::npos) << after;
}

TEST_F(NarrowRescales, AnOutputKeepsItsType) {
  expect_unchanged("narrow_rescales", R"(graph "t" {
    %x = input "x" : i32[1x2] range [0, 4080]
    %b = rescale(%x) )" + rescale("1/16", "1/2") +
                                          R"( from ["b"] : "b" i32[1x2] )" + quantization("1/2", 0) +
                                          R"( range [0, 255]
    %r = reshape(%b) {shape = [2]} from ["r"] : "r" i32[2] )" +
                                          quantization("1/2", 0) +
                                          R"( range [0, 255]
    output "y" = %r
  })");
}

} // namespace
} // namespace tilewright::testing_support
