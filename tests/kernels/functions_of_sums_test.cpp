// Functions of accumulators, the larger one of two tensors and numbers by position in the host emulator against the
// reference executor.
#include "../backends/image_networks.h"
#include "emulation.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class FunctionsOfSums : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  NetworkBuilder net{registries, "functions", 7};
};

INSTANTIATE_TEST_SUITE_P(Targets, FunctionsOfSums, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// Both elements, behind a convolution and behind stored integers of 8 and 16 bits, in several calls.
TEST_P(FunctionsOfSums, Steps) {
  const ValueId x = add_image(net, "x", {2, 21, 19, 12});
  const ValueId sums = add_conv(net, x, {.outputs = 20, .windows = square(3), .requantized = false});
  net.graph.add_output("signed", add_steps(net, sums, ElementType::int8));
  net.graph.add_output("unsigned", add_steps(net, sums, ElementType::uint8));
  net.graph.add_output("narrow", add_steps(net, x, ElementType::int8));
  const ValueId wide = add_image(net, "wide", {2, 5, 5, 8}, ElementType::int16);
  net.graph.add_output("wide", add_steps(net, wide, ElementType::uint8));
  expect_bit_exact(registries, net.graph, GetParam());
}

TEST_P(FunctionsOfSums, Extrema) {
  const ValueId x = add_image(net, "x", {1, 9, 10, 20});
  for (const ElementType element : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16}) {
    const ValueId a = add_conv(net, x, {.outputs = 20, .windows = square(1), .result = element});
    const ValueId b = add_conv(net, x, {.outputs = 20, .windows = square(3), .result = element});
    net.graph.add_output(std::string(name_of(element)), add_extremum(net, a, b, element == ElementType::uint8));
  }
  expect_bit_exact(registries, net.graph, GetParam());
}

// One call and several, an image of one row, and every element.
TEST_P(FunctionsOfSums, Positions) {
  const ValueId x = add_image(net, "x", {2, 23, 21, 12});
  const ValueId sums = add_conv(net, x, {.outputs = 24, .windows = square(3), .requantized = false});
  net.graph.add_output("sums", add_positions(net, sums, 9, ElementType::int8));
  net.graph.add_output("two", add_positions(net, sums, 5, ElementType::int16, true));
  net.graph.add_output("stored", add_positions(net, x, 1, ElementType::uint8));
  const ValueId row = add_image(net, "row", {2, 1, 700, 8}, ElementType::int16);
  net.graph.add_output("row", add_positions(net, row, 20, ElementType::int8, true));
  expect_bit_exact(registries, net.graph, GetParam());
}

TEST_P(FunctionsOfSums, ExtremaOfTwoKindsAreRefused) {
  const ValueId x = add_image(net, "x", {1, 4, 4, 8});
  const ValueId a = add_conv(net, x, {.outputs = 8, .windows = square(1)});
  const ValueId b = add_conv(net, x, {.outputs = 8, .windows = square(1), .result = ElementType::uint8});
  net.graph.add_output("y", add_extremum(net, a, b, false));
  const MapResult result = map(registries, net.graph, GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.all().front().reason, "an operand is i8, and the result u8");
}

} // namespace
} // namespace tilewright::testing
