#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class Requantization : public PassFixture {
protected:
  static std::string graph(std::string_view op, std::string_view numbers, std::string_view range,
                           std::string_view interval = "[-1000, 1000]", std::string_view rounding = "half_even",
                           std::string_view element = "i8", std::string_view clamp = "[-128, 127]") {
    return fmt::format(
        "graph \"t\" {{\n%x = input \"x\" : i32[3x2] range {}\n"
        "%y = {}(%x) {{{}, rounding = {}{}}} from [\"q\"] : \"y\" {}[3x2] {} range {}\noutput \"y\" = %y\n}}",
        interval, op, numbers, rounding, stored_as("1/4", 3, element, clamp), element, quantization("1/4", 3), range);
  }
};

TEST_F(Requantization, APowerOfTwoIsAShift) {
  expect("requantization", graph("rescale", "ratio = [1/64], offset = [3]", "[-13, 19]"),
         graph("requantize", "multiplier = [1], addend = [192], shift = 6, prior_shift = 0", "[-13, 19]"));
}

TEST_F(Requantization, PowersOfTwoOfEachChannelShareAShift) {
  expect("requantization", graph("rescale", "ratio = [1/64, 1/16], offset = [0]", "[-62, 62]"),
         graph("requantize", "multiplier = [1, 4], addend = [0], shift = 6, prior_shift = 0", "[-62, 62]"));
}

TEST_F(Requantization, ALeftShiftIsAMultiplier) {
  expect("requantization", graph("rescale", "ratio = [4], offset = [0]", "[-128, 127]"),
         graph("requantize", "multiplier = [4], addend = [0], shift = 0, prior_shift = 0", "[-128, 127]"));
}

TEST_F(Requantization, DirectedModesStay) {
  for (const std::string mode : {"ceil", "floor"}) {
    expect("requantization",
           graph("rescale", "ratio = [1/64], offset = [0]", mode == "ceil" ? "[-15, 16]" : "[-16, 15]", "[-1000, 1000]",
                 mode),
           graph("requantize", "multiplier = [1], addend = [0], shift = 6, prior_shift = 0",
                 mode == "ceil" ? "[-15, 16]" : "[-16, 15]", "[-1000, 1000]", mode));
  }
}

TEST_F(Requantization, AnyRatioIsAMultiplierThatIsProven) {
  const std::string after = run("requantization", graph("rescale", "ratio = [1/3], offset = [1/7]", "[-128, 127]"));
  EXPECT_EQ(after.find("rescale"), std::string::npos);
  EXPECT_TRUE(diagnostics_.all().empty()) << all_text(diagnostics_);
}

TEST_F(Requantization, WhatCannotBeExactIsANote) {
  // Multiples of 3/10 with exact ties that go up and down in turns.
  // On more than 32 bits a multiplier has one part, which cannot follow them.
  std::string wide = graph("rescale", "ratio = [3/10], offset = [0]", "[-32768, 32767]", "[-10000000000, 10000000000]",
                           "half_even", "i16", "[-32768, 32767]");
  wide.replace(wide.find("i32[3x2]"), 3, "i64");
  run("requantization", wide);
  ASSERT_EQ(diagnostics_.all().size(), 1u);
  EXPECT_EQ(diagnostics_.all()[0].code, "requantization.inexact");
  EXPECT_EQ(diagnostics_.all()[0].severity, Severity::note);
  EXPECT_NE(diagnostics_.all()[0].reason.find("by 1 at most"), std::string::npos) << diagnostics_.all()[0].reason;
}

TEST_F(Requantization, IntervalsBeyond63BitsAreRefused) {
  expect_errors("requantization",
                R"(graph "t" {
    %x = input "x" : i64[2]
    %y = rescale(%x) {ratio = [1/64], offset = [0], rounding = half_even)" +
                    stored_as("1", 0) + R"(} from ["q"] : "y" i8[2] )" + quantization("1", 0) + R"( range [-128, 127]
    output "y" = %y
  })",
                {"q: requantization.interval: the operand's values are not proven to fit in 63 bits"});
}

TEST_F(Requantization, GraphsWithoutRescalesStay) {
  expect_unchanged("requantization",
                   graph("requantize", "multiplier = [1], addend = [192], shift = 6, prior_shift = 0", "[-13, 19]"));
}

TEST_F(Requantization, SumsOfFiveBytesAreTooManyCombinations) {
  std::string text = "graph \"t\" {\n";
  for (const char name : {'a', 'b', 'c', 'd', 'e'})
    text += fmt::format("%{0} = input \"{0}\" : i8[3x2]\n", name);
  text += "%y = rescale(%a, %b, %c, %d, %e) {ratio = [1/3, 1/5, 1/7, 1/9, 1/11], offset = [0], rounding = half_even" +
          stored_as("1/4", 3) + "} from [\"q\"] : \"y\" i8[3x2] " + quantization("1/4", 3) +
          " range [-112, 112]\noutput \"y\" = %y\n}";
  expect_errors("requantization", text,
                {"q: requantization.sum: a sum of 5 tensors has too many combinations to prove its numbers exact"});
}

} // namespace
} // namespace tilewright::testing_support
