#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using ChooseLate = PassFixture;

const std::string pool =
    R"({kernel = [2, 2], strides = [2, 2], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0]})";

// A pooling of numbers that a product makes, with `behind` after it.
std::string pooled_product(const std::string& behind) {
  return R"(graph "t" {
    %x = input "x" : f32[1x4x4x2]
    %w = constant "w" : f32[] = [0.75]
    %m = mul(%x, %w) from ["m"] : "m" f32[1x4x4x2]
    )" + behind +
         R"(
    output "y" = %y
  })";
}

TEST_F(ChooseLate, FunctionsThatNeverFall) {
  expect("choose_late", pooled_product("%p = max_pool(%m) " + pool + R"( from ["p"] : "p" f32[1x2x2x2]
    %r = relu(%p) from ["r"] : "r" f32[1x2x2x2]
    %y = clip(%r) {low = none, high = 6} from ["c"] : "c" f32[1x2x2x2])"),
         pooled_product(R"(%r = relu(%m) from ["r"] : "m.relu" f32[1x4x4x2]
    %c = clip(%r) {low = none, high = 6} from ["c"] : "m.relu.clip" f32[1x4x4x2]
    %y = max_pool(%c) )" +
                        pool + R"( from ["p"] : "c" f32[1x2x2x2])"));
}

TEST_F(ChooseLate, SharedChoicesStay) {
  expect_unchanged("choose_late", pooled_product("%p = max_pool(%m) " + pool + R"( from ["p"] : "p" f32[1x2x2x2]
    %r = relu(%p) from ["r"] : "r" f32[1x2x2x2]
    %y = add(%r, %p) from ["a"] : "a" f32[1x2x2x2])"));
}

TEST_F(ChooseLate, FunctionsThatMayFallStay) {
  expect_unchanged("choose_late", pooled_product("%p = max_pool(%m) " + pool + R"( from ["p"] : "p" f32[1x2x2x2]
    %y = mul(%p, %w) from ["n"] : "n" f32[1x2x2x2])"));
}

TEST_F(ChooseLate, QuantizedNumbersStay) {
  expect_unchanged("choose_late", R"(graph "t" {
    %x = input "x" : i8[1x4x4x2]
    %d = dequantize(%x) )" + dequantize_attributes("1/4", 0) +
                                      R"( from ["d"] : "d" f32[1x4x4x2]
    %p = max_pool(%d) )" + pool + R"( from ["p"] : "p" f32[1x2x2x2]
    %y = relu(%p) from ["r"] : "r" f32[1x2x2x2]
    output "y" = %y
  })");
}

} // namespace
} // namespace tilewright::testing_support
