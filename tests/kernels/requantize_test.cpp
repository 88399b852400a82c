// The requantize kernel, which works on stored integers, in the host emulator against the reference executor.
#include "emulation.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Requantize : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  // x -> requantize -> requantize ...; `input` with `features` columns.
  void expect_exact(ElementType input, std::int64_t rows, std::int64_t features,
                    const std::vector<RequantizeAttributes>& steps) {
    Graph graph("steps");
    ValueId value = graph.add_input("x", {input, {rows, features}, {}, {}});
    for (const RequantizeAttributes& step : steps) {
      const auto node =
          graph.add_node(*registries.ops.find("requantize"), Attributes::of(step), {value}, Origin{{"step"}});
      ASSERT_TRUE(std::holds_alternative<NodeId>(node));
      value = graph.node(std::get<NodeId>(node)).results.front();
    }
    graph.add_output("y", value);
    expect_bit_exact(registries, graph, GetParam());
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Requantize, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(Requantize, ChainsOfElements) {
  expect_exact(
      ElementType::int16, 5, 37,
      {{.shift = 4, .element = ElementType::int8, .range = {-128, 127}},
       {.multiplier = {3},
        .addend = {5},
        .shift = 1,
        .rounding = Rounding::half_up,
        .element = ElementType::int16,
        .range = {-32768, 32767}},
       {.addend = {100}, .shift = 1, .rounding = Rounding::floor, .element = ElementType::uint8, .range = {0, 255}},
       {.shift = 0, .element = ElementType::int8, .range = {-7, 100}}});
}

// Each rounding mode, positive and negative multipliers of more than 31 bits for each channel, addends in two parts.
TEST_P(Requantize, MultipliersInTwoParts) {
  std::vector<RequantizeAttributes> steps;
  for (int mode = 0; mode < 10; mode += 2) {
    RequantizeAttributes step{.shift = 14,
                              .prior_shift = 31,
                              .rounding = static_cast<Rounding>(mode),
                              .element = ElementType::int16,
                              .range = {-32768, 32767}};
    step.multiplier.clear();
    step.addend.clear();
    for (std::int64_t i = 0; i < 24; ++i) {
      step.multiplier.push_back((i % 2 == 0 ? 1 : -1) * (35'184'372'088'831 - 1'234'567'890'123 * i));
      step.addend.push_back((i - 12) * 98'765'432);
    }
    steps.push_back(step);
  }
  steps.back().element = ElementType::uint8;
  steps.back().range = {1, 200};
  expect_exact(ElementType::int32, 5, 24, steps);
}

// One multiplier of 16 bits: every element, both signs, clamps within the element, and the largest that is multiplied
// so.
TEST_P(Requantize, OneShortMultiplier) {
  const std::vector<std::pair<ElementType, std::int64_t>> cases{{ElementType::int8, 2655},
                                                                {ElementType::uint8, -2655},
                                                                {ElementType::int16, 32767},
                                                                {ElementType::uint16, 32768}};
  for (const auto& [input, multiplier] : cases) {
    expect_exact(input, 5, 20,
                 {{.multiplier = {multiplier}, .addend = {-777}, .shift = 21, .range = {-100, 90}},
                  {.multiplier = {1001},
                   .addend = {9},
                   .shift = 9,
                   .rounding = Rounding::floor,
                   .element = ElementType::uint8,
                   .range = {0, 255}},
                  {.multiplier = {-7}, .shift = 1, .element = ElementType::int16, .range = {-32768, 32767}}});
  }
}

TEST_P(Requantize, ALeftShiftWidensTheResult) {
  expect_exact(ElementType::int8, 8, 16,
               {{.multiplier = {64}, .shift = 0, .element = ElementType::int16, .range = {-32768, 32767}}});
}

} // namespace
} // namespace tilewright::testing
