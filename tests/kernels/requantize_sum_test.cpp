// Sums of two tensors in the host emulator against the reference executor: elements, multipliers, branches, on both
// generations. Several sums share a network, because what costs time is the host compiler.
#include "emulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {
namespace {

class RequantizeSum : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  std::mt19937 random{7};

  ValueId add(Graph& graph, std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const auto node = graph.add_node(*registries.ops.find(op), std::move(attributes), std::move(operands),
                                     Origin{{fmt::format("/{}/{}", op, graph.order().size())}});
    if (const auto* error = std::get_if<OpError>(&node)) ADD_FAILURE() << error->reason;
    return graph.node(std::get<NodeId>(node)).results.front();
  }
  ValueId requantize(Graph& graph, const RequantizeAttributes& attributes, std::vector<ValueId> operands) {
    return add(graph, "requantize", Attributes::of(attributes), std::move(operands));
  }
  ValueId dense(Graph& graph, ValueId x, std::int64_t outputs) {
    const std::int64_t inputs = graph.type(x).shape.back();
    std::vector<std::int8_t> weights(static_cast<std::size_t>(inputs * outputs));
    for (std::int8_t& weight : weights)
      weight = static_cast<std::int8_t>(random());
    return add(graph, "dense", {}, {x, graph.add_constant("w", Tensor::of({inputs, outputs}, weights))});
  }
  ValueId layer(Graph& graph, ValueId x, std::int64_t outputs) {
    return requantize(graph, {.shift = 9}, {dense(graph, x, outputs)});
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, RequantizeSum, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// Two residual blocks: a value with several readers, a sum beside the layers that lead to it.
TEST_P(RequantizeSum, ResidualBlocks) {
  Graph graph("residual");
  const ValueId x = graph.add_input("x", {ElementType::int8, {9, 40}, {}, {}});
  ValueId value = layer(graph, x, 40);
  for (int block = 0; block < 2; ++block) {
    const ValueId inner = layer(graph, layer(graph, value, 72), 40);
    value = requantize(graph, {.multiplier = {3, 4}, .addend = {5}, .shift = 3, .range = {-100, 127}}, {value, inner});
  }
  graph.add_output("y", layer(graph, value, 10));
  expect_bit_exact(registries, graph, GetParam());
}

// Multipliers that need 32 bits, one for each channel, addends in two parts, every element, and a graph input that both
// terms come from.
TEST_P(RequantizeSum, ElementsAndMultipliers) {
  Graph graph("elements");
  const ValueId x = graph.add_input("x", {ElementType::int8, {6, 24}, {}, {}});
  const ValueId u = graph.add_input("u", {ElementType::uint8, {6, 24}, {}, {}});
  const ValueId wide = graph.add_input("wide", {ElementType::int16, {6, 24}, {}, {}});
  RequantizeAttributes per_channel{
      .shift = 33, .rounding = Rounding::half_away, .element = ElementType::int16, .range = {-32768, 32767}};
  per_channel.multiplier.clear();
  per_channel.addend.clear();
  for (std::int64_t i = 0; i < 48; ++i)
    per_channel.multiplier.push_back((i % 3 == 0 ? -1 : 1) * (1'000'000'007 - 20'000'003 * i));
  for (std::int64_t i = 0; i < 24; ++i)
    per_channel.addend.push_back((i - 12) * 1'234'567'890'123);
  const ValueId first = requantize(graph, per_channel, {x, u});
  const ValueId second = requantize(graph,
                                    {.multiplier = {5, -7},
                                     .addend = {-3},
                                     .shift = 2,
                                     .rounding = Rounding::half_up,
                                     .element = ElementType::uint8,
                                     .range = {3, 250}},
                                    {wide, u});
  const ValueId third = requantize(graph,
                                   {.multiplier = {1'999'999'999, 77},
                                    .addend = {1},
                                    .shift = 30,
                                    .rounding = Rounding::floor,
                                    .element = ElementType::int16,
                                    .range = {-32768, 32767}},
                                   {second, first});
  graph.add_output(
      "y", requantize(graph, {.multiplier = {1, 1}, .shift = 1, .element = ElementType::uint16, .range = {0, 65535}},
                      {third, x}));
  graph.add_output("z", second);
  expect_bit_exact(registries, graph, GetParam());
}

// An accumulator that nothing requantized is a term, and so is its own input.
TEST_P(RequantizeSum, Accumulators) {
  Graph graph("accumulators");
  const ValueId x = graph.add_input("x", {ElementType::int8, {16, 64}, {}, {}});
  const ValueId sums = dense(graph, x, 64);
  graph.add_output("y", requantize(graph, {.multiplier = {123'456, 1'073'741'824}, .shift = 32}, {sums, x}));
  expect_bit_exact(registries, graph, GetParam());
}

TEST_P(RequantizeSum, ThreeTermsAreRefused) {
  Graph graph("three");
  std::vector<ValueId> x;
  for (const char* name : {"a", "b", "c"})
    x.push_back(graph.add_input(name, {ElementType::int8, {4, 16}, {}, {}}));
  graph.add_output("y", requantize(graph, {.multiplier = {1, 1, 1}, .shift = 1}, x));
  const MapResult result = map(registries, graph, GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 3);
  EXPECT_EQ(result.diagnostics.all().front().reason,
            "3 tensors are added without a quantizer in between, and the kernel adds 2");
}

} // namespace
} // namespace tilewright::testing
