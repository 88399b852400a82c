#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using AbsorbPads = PassFixture;

TEST_F(AbsorbPads, ThePaddingBecomesTheWindows) {
  const std::string after = run("absorb_pads", R"(graph "t" {
    %x = input "x" : i8[1x4x4x2]
    %w = constant "w" : i8[1x1x2x1] = [1, 2]
    %p = pad(%x) {begin = [0, 1, 0, 0], end = [0, 0, 2, 0], value = 3} from ["p"] : "p" i8[1x5x6x2]
    %c = conv(%p, %w) {kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0], groups = 1, pad_value = 0} from ["c"] : "c" i32[1x5x6x1] range [-384, 381]
    output "y" = %c
  })");
  EXPECT_EQ(after.find("pad("), std::string::npos) << after;
  EXPECT_NE(after.find("pads_begin = [1, 0], pads_end = [0, 2], groups = 1, pad_value = 3"), std::string::npos) << after;
}

TEST_F(AbsorbPads, ThroughATranspose) {
  const std::string after = run("absorb_pads", R"(graph "t" {
    %x = input "x" : i8[1x2x4x4]
    %w = constant "w" : i8[1x1x2x1] = [1, 2]
    %p = pad(%x) {begin = [0, 0, 1, 0], end = [0, 0, 0, 2], value = 0} from ["p"] : "p" i8[1x2x5x6]
    %t = transpose(%p) {permutation = [0, 2, 3, 1]} from ["t"] : "t" i8[1x5x6x2]
    %c = conv(%t, %w) {kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0], groups = 1, pad_value = 0} from ["c"] : "c" i32[1x5x6x1] range [-384, 381]
    output "y" = %c
  })");
  EXPECT_EQ(after.find("pad("), std::string::npos) << after;
  EXPECT_NE(after.find("pads_begin = [1, 0], pads_end = [0, 2], groups = 1, pad_value = 0"), std::string::npos) << after;
}

TEST_F(AbsorbPads, AnotherValueOrChannelsStay) {
  for (const char* pad : {"begin = [0, 1, 0, 0], end = [0, 0, 0, 0], value = 3", "begin = [0, 0, 0, 1], end = [0, 0, 0, 0], value = 0"}) {
    const bool channels = std::string(pad).find("0, 0, 0, 1]") != std::string::npos;
    const std::string shape = channels ? "1x4x4x3" : "1x5x4x2";
    const std::string inner = channels ? "3" : "2";
    const std::string text = R"(graph "t" {
    %x = input "x" : i8[1x4x4x2]
    %p = pad(%x) {)" + std::string(pad) + R"(} from ["p"] : "p" i8[)" + shape + R"(]
    %s = sum_pool(%p) {kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pads_begin = [1, 1], pads_end = [1, 1], pad_value = 0} from ["s"] : "s" i32[)" + shape + R"(] range [-1152, 1143]
    output "y" = %s
  })";
    EXPECT_NE(run("absorb_pads", text).find("pad("), std::string::npos) << inner;
  }
}

} // namespace
} // namespace tilewright::testing_support
