// Networks whose branches meet side by side, and part again, in the host emulator against the reference executor.
#include "emulation.h"

#include "ir/ops/concat.h"
#include "ir/ops/gather.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <numeric>
#include <random>

namespace tilewright::testing {
namespace {

class Views : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  std::mt19937 random{11};

  ValueId add(Graph& graph, std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const auto node = graph.add_node(*registries.ops.find(op), std::move(attributes), std::move(operands),
                                     Origin{{fmt::format("/{}/{}", op, graph.order().size())}});
    if (const auto* error = std::get_if<OpError>(&node)) ADD_FAILURE() << error->reason;
    return graph.node(std::get<NodeId>(node)).results.front();
  }
  ValueId layer(Graph& graph, ValueId x, std::int64_t outputs, int shift = 9) {
    const std::int64_t inputs = graph.type(x).shape.back();
    std::vector<std::int8_t> weights(static_cast<std::size_t>(inputs * outputs));
    for (std::int8_t& weight : weights)
      weight = static_cast<std::int8_t>(random());
    const ValueId sums = add(graph, "dense", {}, {x, graph.add_constant("w", Tensor::of({inputs, outputs}, weights))});
    return add(graph, "requantize", Attributes::of(RequantizeAttributes{.shift = shift}), {sums});
  }
  ValueId concat(Graph& graph, std::vector<ValueId> parts) {
    return add(graph, "concat", Attributes::of(ConcatAttributes{1}), std::move(parts));
  }
  ValueId columns(Graph& graph, ValueId x, std::int64_t first, std::int64_t count) {
    GatherAttributes attributes{.axis = 1, .indices = std::vector<std::int64_t>(static_cast<std::size_t>(count))};
    std::iota(attributes.indices.begin(), attributes.indices.end(), first);
    return add(graph, "gather", Attributes::of(attributes), {x});
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Views, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// Two inputs of odd widths, side by side, then apart again at a column that is no multiple of a block.
TEST_P(Views, TwoInputsAndTwoHeads) {
  Graph graph("two");
  const ValueId a = graph.add_input("a", {ElementType::int8, {7, 12}, {}, {}});
  const ValueId b = graph.add_input("b", {ElementType::int8, {7, 20}, {}, {}});
  const ValueId joined = concat(graph, {layer(graph, a, 13), layer(graph, b, 19)});
  const ValueId trunk = layer(graph, joined, 43);
  graph.add_output("y", layer(graph, columns(graph, trunk, 0, 21), 5));
  graph.add_output("z", layer(graph, columns(graph, trunk, 21, 22), 8));
  expect_bit_exact(registries, graph, GetParam());
}

// A graph input beside a layer, a value twice, a part of a value, and a concatenation that leaves as it is.
TEST_P(Views, AWideAndDeepNetwork) {
  Graph graph("wide");
  const ValueId x = graph.add_input("x", {ElementType::int8, {16, 64}, {}, {}});
  const ValueId deep = layer(graph, layer(graph, x, 96), 40);
  const ValueId joined = concat(graph, {x, deep, columns(graph, deep, 8, 16)});
  graph.add_output("y", layer(graph, joined, 24, 10));
  graph.add_output("joined", concat(graph, {deep, layer(graph, joined, 9)}));
  expect_bit_exact(registries, graph, GetParam());
}

TEST_P(Views, RowsThatMoveAreRefused) {
  Graph graph("rows");
  const ValueId x = graph.add_input("x", {ElementType::int8, {8, 16}, {}, {}});
  const ValueId value = layer(graph, x, 16);
  const ValueId parts[] = {value, value};
  const ValueId stacked = add(graph, "concat", Attributes::of(ConcatAttributes{0}), {parts[0], parts[1]});
  graph.add_output("y", layer(graph, stacked, 8));
  const MapResult result = map(registries, graph, GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 3);
  EXPECT_EQ(result.diagnostics.all().front().code, "array.view");
}

} // namespace
} // namespace tilewright::testing
