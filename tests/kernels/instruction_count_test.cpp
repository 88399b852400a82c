// The closed form of the slot model against what the emulator counts in the emitted kernels.
#include "../backends/image_networks.h"
#include "instruction_counts.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class InstructionCount : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  void expect_counted(const NetworkSpec& spec, const MapOptions& options = {}) {
    expect_counted(make_network(registries, spec), options);
  }

  void expect_counted(const Graph& graph, const MapOptions& options = {}) {
    testing::expect_counted(registries, graph, GetParam(), options);
  }
};

TEST_P(InstructionCount, Cascades) { expect_counted(mlp(16, {384, 64})); }

TEST_P(InstructionCount, ALongInnerDimensionAndOddBlocks) { expect_counted(mlp(8, {512, 24})); }

TEST_P(InstructionCount, FourBitWeights) {
  NetworkSpec spec = mlp(16, {384, 64});
  spec.layers.front().weight_range = {-8, 7};
  expect_counted(spec);
}

TEST_P(InstructionCount, PartsOfTheBatch) {
  expect_counted(mlp(64, {64, 48}), {.objective = Objective::throughput, .most_tiles = 12});
}

TEST_P(InstructionCount, MultipliersAndBounds) {
  NetworkSpec spec = mlp(8, {32, 16});
  RequantizeAttributes& requantize = spec.layers.front().requantize;
  requantize.multiplier = {77777};
  requantize.shift = 24;
  requantize.range = {-100, 99};
  expect_counted(spec);
}

// Products of 32 bits; products of 16 bits with one multiplier, with its fraction, with a residual too.
TEST_P(InstructionCount, WaysToMultiply) {
  const auto with = [&](std::int64_t inputs, double accumulators, const IntegerRange& range) {
    NetworkSpec spec = mlp(8, {inputs, 16});
    RequantizeAttributes& requantize = spec.layers.front().requantize;
    requantize.multiplier = {static_cast<std::int64_t>(std::ldexp(1 / accumulators, 36))};
    requantize.shift = 36;
    requantize.range = range;
    expect_counted(spec);
  };
  with(32, 40.3, {-8, 7});
  with(32, 153.7, {-128, 127});
  with(32, 700.3, {-128, 127});
  with(128, 5000.3, {-128, 127});
}

TEST_P(InstructionCount, SixteenBits) {
  NetworkSpec spec = mlp(8, {64, 16});
  spec.input = ElementType::int16;
  spec.layers.front().requantize.element = ElementType::int16;
  spec.layers.front().requantize.range = {-32768, 32767};
  expect_counted(spec);
}

TEST_P(InstructionCount, Windows) {
  for (const std::int64_t stride : {1, 2}) {
    NetworkBuilder builder(registries, "windows", 1);
    const ValueId x = add_image(builder, "x", {1, 8, 8, 16});
    builder.graph.add_output("y", add_conv(builder, x, {.outputs = 16, .windows = square(3, stride)}));
    expect_counted(builder.graph);
  }
}

TEST_P(InstructionCount, WindowsOverFourBitWeights) {
  for (const std::int64_t width : {4, 8}) {
    NetworkBuilder builder(registries, "windows", 1);
    const ValueId x = add_image(builder, "x", {1, 8, width, 32});
    builder.graph.add_output("y", add_conv(builder, x, {.outputs = 16, .windows = square(3), .weight_bits = 4}));
    expect_counted(builder.graph);
  }
}

TEST_P(InstructionCount, Depthwise) {
  NetworkBuilder builder(registries, "depthwise", 1);
  const ValueId x = add_image(builder, "x", {1, 8, 8, 24});
  builder.graph.add_output("y", add_conv(builder, x, {.outputs = 24, .windows = square(5), .groups = 24}));
  expect_counted(builder.graph);
}

TEST_P(InstructionCount, ElementByElement) {
  NetworkBuilder scaled(registries, "scaled", 1);
  const ValueId x = scaled.input("x", 16, 64);
  scaled.graph.add_output("y", scaled.requantize({.multiplier = {1234567}, .shift = 20}, {x}));
  expect_counted(scaled.graph);
  NetworkBuilder shortly(registries, "shortly", 1);
  const ValueId z = shortly.input("z", 16, 64);
  shortly.graph.add_output("y", shortly.requantize({.multiplier = {2655}, .shift = 12}, {z}));
  expect_counted(shortly.graph);
  NetworkBuilder sum(registries, "sum", 1);
  const std::vector<ValueId> terms{sum.input("a", 16, 64), sum.input("b", 16, 64)};
  sum.graph.add_output("y", sum.requantize({.multiplier = {3, 5}, .shift = 3}, terms));
  expect_counted(sum.graph);
}

INSTANTIATE_TEST_SUITE_P(Targets, InstructionCount, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& info) { return info.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

} // namespace
} // namespace tilewright::testing
