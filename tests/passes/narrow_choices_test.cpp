#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using NarrowChoices = PassFixture;

const std::string pool =
    R"({kernel = [2, 2], strides = [2, 2], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0]})";

std::string pooled(std::string_view element, const std::string& step) {
  return "graph \"t\" {\n    %x = input \"x\" : " + std::string(element) +
         "[1x4x4x2] range [-30000, 30000]\n    %p = max_pool(%x) " + pool + " from [\"p\"] : \"p\" " +
         std::string(element) + "[1x2x2x2] range [-30000, 30000]\n    %q = rescale(%p) " + step +
         " from [\"q\"] : \"q\" i8[1x2x2x2] " + quantization("1/4", 3) +
         " range [-128, 127]\n    output \"y\" = %q\n  }";
}

TEST_F(NarrowChoices, WideIntegersAreRescaledFirst) {
  const std::string step = "{ratio = [1/70, 1/80], offset = [3, 2], rounding = half_even" + stored_as("1/4", 3) + "}";
  expect("narrow_choices", pooled("i32", step),
         "graph \"t\" {\n    %x = input \"x\" : i32[1x4x4x2] range [-30000, 30000]\n    %q = rescale(%x) " + step +
             " from [\"q\"] : \"q.all\" i8[1x4x4x2] " + quantization("1/4", 3) +
             " range [-128, 127]\n    %p = max_pool(%q) " + pool + " from [\"p\"] : \"q\" i8[1x2x2x2] " +
             quantization("1/4", 3) + " range [-128, 127]\n    output \"y\" = %p\n  }");
}

TEST_F(NarrowChoices, ChannelsWithANegativeRatioAreTurned) {
  const std::string after = run("narrow_choices", pooled("i32", "{ratio = [1/70, -1/80], offset = [3, 2], rounding = "
                                                                "half_even" +
                                                                    stored_as("1/4", 3) + "}"));
  EXPECT_NE(after.find("rescale(%0) {ratio = [1/70, 1/80], offset = [3, -2], rounding = half_even, element = i16, "
                       "range = [-128, 128]"),
            std::string::npos)
      << after;
  EXPECT_NE(after.find("rescale(%2) {ratio = [1, -1], offset = [0], rounding = half_even, element = i8, range = [-128, "
                       "127], scale = [1/4], zero_point = [3]"),
            std::string::npos)
      << after;
}

TEST_F(NarrowChoices, RoundingOfTurnedChannelsIsMirrored) {
  // -x / 6 + 1/3 in multiples of 1/6: floor(v) = -ceil(-v), and ceil(w) = floor(w + 5/6).
  const std::vector<std::pair<std::string, std::string>> offsets{
      {"floor", "1/2"}, {"ceil", "-7/6"}, {"half_up", "-1/2"}, {"half_down", "-1/6"}, {"half_away", "-1/3"}};
  for (const auto& [rounding, offset] : offsets) {
    const std::string after =
        run("narrow_choices",
            pooled("i32", "{ratio = [-1/6], offset = [1/3], rounding = " + rounding + stored_as("1/4", 3) + "}"));
    EXPECT_NE(after.find("ratio = [1/6], offset = [" + offset + "], rounding = " + rounding), std::string::npos)
        << after;
  }
}

std::string looked_up(std::string_view levels) {
  return R"(graph "t" {
    %x = input "x" : i32[1x4x4x2] range [-100, 27]
    %edges = constant "e" : i32[2] range [40, 90] = [40, 90]
    %levels = constant "l" : i8[2x2] range [-9, 7] = [)" +
         std::string(levels) + R"(]
    %p = max_pool(%x) )" +
         pool + R"( from ["p"] : "p" i32[1x2x2x2] range [-100, 27]
    %a = requantize(%p) {multiplier = [1], addend = [100], shift = 0, prior_shift = 0, rounding = half_even, element = i32, range = [0, 127], scale = [1], zero_point = [0], axis = none} from ["a"] : "a" i32[1x2x2x2] )" +
         quantization("1", 0) + R"( range [0, 127]
    %y = step_table(%a, %edges, %levels) {shift = 6, scale = [1], zero_point = [0], axis = none} from ["s"] : "y" i8[1x2x2x2] )" +
         quantization("1", 0) + R"( range [-9, 7]
    output "y" = %y
  })";
}

TEST_F(NarrowChoices, StepsThatNeverFallAreLookedUpFirst) {
  const std::string after = run("narrow_choices", looked_up("-9, 3, 3, 7"));
  EXPECT_LT(after.find("requantize("), after.find("step_table(")) << after;
  EXPECT_LT(after.find("step_table("), after.find("max_pool(")) << after;
  EXPECT_NE(after.find("\"y\" i8[1x2x2x2]"), std::string::npos) << after;
  expect_unchanged("narrow_choices", looked_up("-9, 3, 7, 3"));
  expect_unchanged("narrow_choices", looked_up("3, -9, 3, 7"));
}

TEST_F(NarrowChoices, TheRestStays) {
  const std::string step = "{ratio = [1/70, 1/80], offset = [3, 2], rounding = half_even" + stored_as("1/4", 3) + "}";
  expect_unchanged("narrow_choices", pooled("i16", step)); // a kernel compares these
}

} // namespace
} // namespace tilewright::testing_support
