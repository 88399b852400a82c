#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class Integerize : public PassFixture {
protected:
  // %<to> = quantize(%<from>), int8, and %<to>r its dequantization.
  static std::string through(std::string_view from, std::string_view to, std::string_view shape, std::string_view scale,
                             int zero_point = 0, std::string_view rounding = "half_even", bool after = false) {
    return fmt::format("%{1} = quantize(%{0}) {3} from [\"{1}\"] : \"{1}\" i8[{2}] {4} range [-128, 127]\n"
                       "%{1}r = dequantize(%{1}) {5} from [\"{1}r\"] : \"{1}r\" f32[{2}]\n",
                       from, to, shape, quantize_attributes(scale, zero_point, "i8", "[-128, 127]", rounding, after),
                       quantization(scale, zero_point), dequantize_attributes(scale, zero_point));
  }
  static std::string graph(std::string_view input, const std::string& body, std::string_view output = "y") {
    return fmt::format("graph \"t\" {{\n%x = input \"x\" : f32[{}]\n{}output \"y\" = %{}\n}}", input, body, output);
  }
  // 2 to 2 weights [[1, 2], [-3, 1]] times 1/8.
  static std::string weights(std::string_view name = "w") {
    return fmt::format("%{0}i = constant \"{0}\" : i8[2x2] range [-3, 2] = [1, 2, -3, 1]\n"
                       "%{0} = dequantize(%{0}i) {1} from [\"{0}dq\"] : \"{0}r\" f32[2x2]\n",
                       name, dequantize_attributes("1/8", 0));
  }
  static std::string dense(std::string_view x, std::string_view w, std::string_view to) {
    return fmt::format("%{2} = dense(%{0}, %{1}) from [\"{2}\"] : \"{2}\" f32[1x2]\n", x, w, to);
  }
  // The attributes of the only (or n-th) rescale, as far as the rounding.
  static std::string rescale_in(const std::string& text, int which = 0) {
    std::size_t position = 0;
    for (int i = 0; i <= which; ++i)
      position = text.find("rescale(", position) + 1;
    if (position == 0) return "";
    const std::size_t start = text.find('{', position);
    return text.substr(start, text.find(", scale =", start) - start);
  }
  static int count(const std::string& text, std::string_view word) {
    int found = 0;
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
      ++found;
    return found;
  }
};

TEST_F(Integerize, ALayerBecomesASumAndOneExactStep) {
  expect("integerize",
         graph("1x2",
               through("x", "q", "1x2", "1/4", 3) + weights() + dense("qr", "w", "h") +
                   "%b = constant \"b\" : f32[2] = [0.5, -0.25]\n"
                   "%a = add(%h, %b) from [\"bias\"] : \"a\" f32[1x2]\n"
                   "%r = relu(%a) from [\"relu\"] : \"r\" f32[1x2]\n" +
                   through("r", "o", "1x2", "1/2", -128),
               "or"),
         // x - 3 in quarters, weights in eighths: a sum in units of 1/32 with zero points 3 * (1 - 3) and 3 * (2 + 1).
         R"(graph "t" {
    %x = input "x" : f32[1x2]
    %q = quantize(%x) )" +
             quantize_attributes("1/4", 3) + R"( from ["q"] : "q" i8[1x2] )" + quantization("1/4", 3) +
             R"( range [-128, 127]
    %w = constant "w" : i8[2x2] quantization {scale = [1/8], zero_point = [0]} range [-3, 2] = [1, 2, -3, 1]
    %h = dense(%q, %w) from ["qr", "wdq", "h"] : "h.int" i32[1x2] quantization {scale = [1/32, 1/32], zero_point = [-6, 9], axis = 1} range [-509, 511]
    %o = rescale(%h) {ratio = [1/16], offset = [-1013/8, -2065/16], rounding = half_even)" +
             stored_as("1/2", -128) + R"(} from ["bias", "relu", "o"] : "o" i8[1x2] )" + quantization("1/2", -128) +
             R"( range [-128, -95]
    %or = dequantize(%o) )" +
             dequantize_attributes("1/2", -128) + R"( from ["or"] : "or" f32[1x2]
    output "y" = %or
  })");
}

TEST_F(Integerize, EveryQuantizerBeforeARectifierRounds) {
  const std::string after =
      run("integerize",
          graph("1x2",
                through("x", "q", "1x2", "1/4") + weights() + dense("qr", "w", "h") + through("h", "m", "1x2", "1/3") +
                    "%r = relu(%mr) from [\"relu\"] : \"r\" f32[1x2]\n" + through("r", "o", "1x2", "1/5"),
                "or"));
  EXPECT_EQ(count(after, "rescale("), 2) << after;
  EXPECT_EQ(rescale_in(after, 0),
            "{ratio = [3/32], offset = [0], rounding = half_even, element = i8, range = [-128, 127]");
  EXPECT_EQ(rescale_in(after, 1), "{ratio = [5/3], offset = [0], rounding = half_even, element = i8, range = [0, 127]");
}

TEST_F(Integerize, AQuantizerInFrontOfTheBiasRounds) {
  const std::string after = run(
      "integerize", graph("1x2",
                          through("x", "q", "1x2", "1/4") + weights() + dense("qr", "w", "h") +
                              through("h", "m", "1x2", "1/2") + "%b = constant \"b\" : f32[2] = [0.125, 0.25]\n" +
                              "%a = add(%b, %mr) from [\"bias\"] : \"a\" f32[1x2]\n" + through("a", "o", "1x2", "1/2"),
                          "or"));
  EXPECT_EQ(rescale_in(after, 0),
            "{ratio = [1/16], offset = [0], rounding = half_even, element = i8, range = [-128, 127]");
  EXPECT_EQ(rescale_in(after, 1),
            "{ratio = [1], offset = [1/4, 1/2], rounding = half_even, element = i8, range = [-128, 127]");
}

TEST_F(Integerize, AResultFinerThanTheSumIsMultiplied) {
  const std::string after = run("integerize", graph("1x2",
                                                    through("x", "q", "1x2", "1/4") + weights() +
                                                        dense("qr", "w", "h") + through("h", "o", "1x2", "1/256"),
                                                    "or"));
  EXPECT_EQ(rescale_in(after), "{ratio = [8], offset = [0], rounding = half_even, element = i8, range = [-128, 127]");
}

TEST_F(Integerize, AnInputScaleAboveOneIsTakenAsItIs) {
  const std::string after = run(
      "integerize",
      graph("1x2", through("x", "q", "1x2", "8") + weights() + dense("qr", "w", "h") + through("h", "o", "1x2", "16"),
            "or"));
  EXPECT_EQ(rescale_in(after),
            "{ratio = [1/16], offset = [0], rounding = half_even, element = i8, range = [-128, 127]");
}

TEST_F(Integerize, DirectedRoundingStaysDirected) {
  for (const std::string mode : {"ceil", "floor", "toward_zero", "half_away", "half_up"}) {
    const std::string after =
        run("integerize", graph("1x2",
                                through("x", "q", "1x2", "1/4") + weights() + dense("qr", "w", "h") +
                                    through("h", "o", "1x2", "1/2", 0, mode, true),
                                "or"));
    EXPECT_EQ(rescale_in(after),
              "{ratio = [1/16], offset = [0], rounding = " + mode + ", element = i8, range = [-128, 127]");
  }
}

TEST_F(Integerize, AnOddZeroPointBehindTheRoundingTurnsTies) {
  const auto after = [&](int zero_point, bool behind) {
    return rescale_in(run("integerize", graph("1x2",
                                              through("x", "q", "1x2", "1/4") +
                                                  through("qr", "o", "1x2", "1/2", zero_point, "half_even", behind),
                                              "or")));
  };
  EXPECT_EQ(after(5, false), "{ratio = [1/2], offset = [5], rounding = half_odd, element = i8, range = [-128, 127]");
  EXPECT_EQ(after(4, false), "{ratio = [1/2], offset = [4], rounding = half_even, element = i8, range = [-128, 127]");
  EXPECT_EQ(after(5, true), "{ratio = [1/2], offset = [5], rounding = half_even, element = i8, range = [-128, 127]");
}

TEST_F(Integerize, AConstantBehindTheInputIsKept) {
  const std::string body = through("x", "q", "1x2", "1/4") + "%b = constant \"b\" : f32[2] = [1, -3]\n" +
                           "%a = add(%qr, %b) from [\"a\"] : \"a\" f32[1x2]\n" + through("a", "o", "1x2", "1/2");
  EXPECT_EQ(rescale_in(run("integerize", graph("1x2", body, "or"))),
            "{ratio = [1/2], offset = [2, -6], rounding = half_even, element = i8, range = [-128, 127]");
}

TEST_F(Integerize, WhatLeadsToTheFirstQuantizerIsHostWork) {
  expect_unchanged("integerize", graph("1x2",
                                       "%b = constant \"b\" : f32[2] = [1, -3]\n"
                                       "%a = add(%x, %b) from [\"a\"] : \"a\" f32[1x2]\n" +
                                           through("a", "o", "1x2", "1/2"),
                                       "or"));
}

TEST_F(Integerize, NegativeGainsTurnBoundsAround) {
  const std::string body = through("x", "q", "1x2", "1/4") + "%r = relu(%qr) from [\"r\"] : \"r\" f32[1x2]\n" +
                           "%g = constant \"g\" : f32[1] = [-2]\n%m = mul(%r, %g) from [\"m\"] : \"m\" f32[1x2]\n" +
                           through("m", "o", "1x2", "1/2");
  EXPECT_EQ(rescale_in(run("integerize", graph("1x2", body, "or"))),
            "{ratio = [-1], offset = [0], rounding = half_even, element = i8, range = [-128, 0]");
}

TEST_F(Integerize, ABoundInFrontOfALayerClampsItsIntegers) {
  const std::string after =
      run("integerize", graph("1x2",
                              through("x", "q", "1x2", "1/4", 7) + "%r = relu(%qr) from [\"r\"] : \"r\" f32[1x2]\n" +
                                  weights() + dense("r", "w", "h") + through("h", "o", "1x2", "1/2"),
                              "or"));
  EXPECT_EQ(rescale_in(after, 0), "{ratio = [1], offset = [0], rounding = half_even, element = i8, range = [7, 127]");
}

TEST_F(Integerize, ViewsBetweenLayersBecomeIntegerViews) {
  const std::string after =
      run("integerize",
          graph("1x2",
                through("x", "q", "1x2", "1/4") + "%v = reshape(%qr) {shape = [1, 2]} from [\"v\"] : \"v\" f32[1x2]\n" +
                    weights() + dense("v", "w", "h") + through("h", "o", "1x2", "1/2"),
                "or"));
  EXPECT_NE(after.find("reshape(%1) {shape = [1, 2]} from [\"v\"] : \"v.int\" i8[1x2]"), std::string::npos) << after;
}

TEST_F(Integerize, LogitsLeaveAsASumAndItsUnit) {
  const std::string after =
      run("integerize", graph("1x2",
                              through("x", "q", "1x2", "1/4", 3) + weights() + dense("qr", "w", "h") +
                                  "%b = constant \"b\" : f32[2] = [0.5, 0.046875]\n"
                                  "%a = add(%h, %b) from [\"bias\"] : \"a\" f32[1x2]\n",
                              "a"));
  // 0.046875 is one and a half units of 1/32: the half is left for float.
  EXPECT_NE(
      after.find("dequantize(%3) {scale = [1/32, 1/32], zero_point = [-22, 8], axis = 1} from [\"bias\"] : \"a.sum\""),
      std::string::npos)
      << after;
  EXPECT_NE(after.find("constant \"a.rest\" : f32[1x2] = [0x0p+0, 0x1p-6]"), std::string::npos) << after;
}

TEST_F(Integerize, WideSumsGetWideAccumulators) {
  std::string ones = "1";
  for (int i = 1; i < 2048; ++i)
    ones += ", 127";
  const std::string after = run("integerize", R"(graph "t" {
    %x = input "x" : i16[1x2048] quantization {scale = [1/64], zero_point = [0]}
    %d = dequantize(%x) )" + dequantize_attributes("1/64", 0) +
                                                  R"( from ["d"] : "d" f32[1x2048]
    %wi = constant "w" : i8[2048x1] range [1, 127] = [)" +
                                                  ones + R"(]
    %w = dequantize(%wi) )" + dequantize_attributes("1/64", 0) +
                                                  R"( from ["wdq"] : "wr" f32[2048x1]
    %h = dense(%d, %w) from ["fc"] : "h" f32[1x1]
    output "y" = %h
  })");
  // 32768 * (1 + 2047 * 127) does not fit in 32 bits.
  EXPECT_NE(after.find("\"h.int\" i64[1x1]"), std::string::npos);
  EXPECT_NE(after.find("range [-8518696960, 8518436990]"), std::string::npos);
}

} // namespace
} // namespace tilewright::testing_support
