// Text to text: parses a graph, runs one pass, compares the printed result, and holds every pass to its contract: what
// it leaves is sound, `no` exactly when the text is unchanged, and a second run changes nothing.
#pragma once

#include "ir/parser.h"
#include "ir/printer.h"
#include "ir/verifier.h"
#include "passes/pass_registry.h"

#include <gtest/gtest.h>

namespace tilewright::testing_support {

class PassFixture : public testing::Test {
protected:
  PassFixture();

  // The text after `pass`, printed; empty after a failure.
  std::string run(std::string_view pass, std::string_view text);

  // `expected` may number values and break lines as it likes: it is parsed and printed before the comparison.
  void expect(std::string_view pass, std::string_view text, std::string_view expected);
  void expect_unchanged(std::string_view pass, std::string_view text) { expect(pass, text, text); }
  // The pass reports exactly these errors: "node: code: reason", one each.
  void expect_errors(std::string_view pass, std::string_view text, const std::vector<std::string>& errors);

  Graph parse(std::string_view text);
  static std::string all_text(const Diagnostics& diagnostics);

  OpRegistry ops_;
  PassRegistry passes_;
  Diagnostics diagnostics_; // of the last run
};

// A float32 quantizer and its dequantization as text: "{scale = [1/4], zero_point = [3], axis = none, element = i8,
// ...}".
std::string quantize_attributes(std::string_view scale, int zero_point, std::string_view element = "i8",
                                std::string_view range = "[-128, 127]", std::string_view rounding = "half_even",
                                bool after_zero_point = false);
std::string dequantize_attributes(std::string_view scale, int zero_point);
// "quantization {scale = [1/4], zero_point = [3]}"
std::string quantization(std::string_view scale, int zero_point);
// A rescale's or a requantize's tail: ", element = ..., range = ..., scale = ..., zero_point = ..., axis = none".
std::string stored_as(std::string_view scale, int zero_point, std::string_view element = "i8",
                      std::string_view range = "[-128, 127]");

} // namespace tilewright::testing_support
