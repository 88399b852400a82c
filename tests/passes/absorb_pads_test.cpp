#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

using AbsorbPads = PassFixture;

constexpr const char* all = "range [-128, 127]";

// x, `pad` of it with `shape`, and sums over windows of three by three that have padding of their own.
std::string sum_of_padded(const std::string& pad, const std::string& shape) {
  return fmt::format(R"(graph "t" {{
    %x = input "x" : i8[1x4x4x2]
    %p = pad(%x) {{{0}}} from ["p"] : "p" i8[{1}] {2}
    %s = sum_pool(%p) {{kernel = [3, 3], strides = [1, 1], dilations = [1, 1], pads_begin = [1, 1], pads_end = [1, 1], pad_value = 0}} from ["s"] : "s" i32[{1}] range [-1152, 1143]
    output "y" = %s
  }})",
                     pad, shape, all);
}

TEST_F(AbsorbPads, ThePaddingBecomesTheWindows) {
  const std::string after = run("absorb_pads", R"(graph "t" {
    %x = input "x" : i8[1x4x4x2]
    %p = pad(%x) {begin = [0, 1, 0, 0], end = [0, 0, 2, 0], value = 3} from ["p"] : "p" i8[1x5x6x2] range [-128, 127]
    %s = sum_pool(%p) {kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0], pad_value = 0} from ["s"] : "s" i32[1x5x6x2] range [-128, 127]
    output "y" = %s
  })");
  EXPECT_EQ(after.find("pad("), std::string::npos) << after;
  EXPECT_NE(after.find("pads_begin = [1, 0], pads_end = [0, 2], pad_value = 3"), std::string::npos) << after;
  EXPECT_EQ(run("absorb_pads", after), after);
}

TEST_F(AbsorbPads, ThroughATranspose) {
  const std::string after = run("absorb_pads", R"(graph "t" {
    %x = input "x" : i8[1x2x4x4]
    %p = pad(%x) {begin = [0, 0, 1, 0], end = [0, 0, 0, 2], value = 0} from ["p"] : "p" i8[1x2x5x6] range [-128, 127]
    %t = transpose(%p) {permutation = [0, 2, 3, 1]} from ["t"] : "t" i8[1x5x6x2] range [-128, 127]
    %s = sum_pool(%t) {kernel = [1, 1], strides = [1, 1], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0], pad_value = 0} from ["s"] : "s" i32[1x5x6x2] range [-128, 127]
    output "y" = %s
  })");
  EXPECT_EQ(after.find("pad("), std::string::npos) << after;
  EXPECT_NE(after.find("pads_begin = [1, 0], pads_end = [0, 2], pad_value = 0"), std::string::npos) << after;
}

TEST_F(AbsorbPads, TheSameValueAddsUp) {
  const std::string after =
      run("absorb_pads", sum_of_padded("begin = [0, 1, 0, 0], end = [0, 0, 0, 0], value = 0", "1x5x4x2"));
  EXPECT_NE(after.find("pads_begin = [2, 1], pads_end = [1, 1], pad_value = 0"), std::string::npos) << after;
}

TEST_F(AbsorbPads, AnotherValueOrChannelsStay) {
  const std::string value = sum_of_padded("begin = [0, 1, 0, 0], end = [0, 0, 0, 0], value = 3", "1x5x4x2");
  EXPECT_NE(run("absorb_pads", value).find("pad("), std::string::npos);
  const std::string channels = sum_of_padded("begin = [0, 0, 0, 1], end = [0, 0, 0, 0], value = 0", "1x4x4x3");
  EXPECT_NE(run("absorb_pads", channels).find("pad("), std::string::npos);
}

} // namespace
} // namespace tilewright::testing_support
