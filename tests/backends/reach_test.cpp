// Nothing of a layer gets lost on its way to the tiles: every input feature, every weight, every output feature.
#include "networks.h"

#include "backends/common/emit.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

namespace tilewright::testing {
namespace {

class Reach : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
};

INSTANTIATE_TEST_SUITE_P(Targets, Reach, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// How often each element of a features x rows matrix is touched by the ports.
std::vector<int> touches(const std::vector<Port>& ports, std::int64_t features, std::int64_t rows) {
  std::vector<int> count(static_cast<std::size_t>(features * rows), 0);
  for (const Port& port : ports) {
    EXPECT_EQ(port.pattern.buffer_dimension[0] * port.pattern.buffer_dimension[1],
              static_cast<std::int64_t>(count.size()));
    for (const std::int64_t index : touched_indices(port.pattern))
      ++count.at(static_cast<std::size_t>(index));
  }
  return count;
}

// Sorted, without the zeros, which are also padding.
std::vector<std::int64_t> sorted_weights(std::vector<std::int64_t> weights) {
  std::erase(weights, 0);
  std::ranges::sort(weights);
  return weights;
}

std::vector<std::int64_t> weights_on_tiles(const KernelGroup& group) {
  const bool two_to_a_byte = std::ranges::any_of(
      group.config, [](const ConfigEntry& entry) { return entry.name == "weight_type" && entry.value == "int4"; });
  std::vector<std::int64_t> weights;
  for (const ParameterArray& array : group.parameters) {
    if (array.member != "weights") continue;
    for (const std::int64_t stored : to_int64(array.data)) {
      if (!two_to_a_byte) {
        weights.push_back(stored);
        continue;
      }
      for (const std::int64_t half : {stored & 15, (stored >> 4) & 15})
        weights.push_back(half < 8 ? half : half - 16);
    }
  }
  return sorted_weights(std::move(weights));
}

void expect_all_there(const Graph& graph, const KernelGroup& group, std::int64_t rows) {
  for (const auto* ports : {&group.inputs, &group.outputs}) {
    const std::int64_t padded = ports->front().pattern.buffer_dimension[0];
    EXPECT_GE(padded,
              graph.type(ports == &group.inputs ? graph.node(group.node).operands[0] : group.output).shape.back());
    const std::vector<int> count = touches(*ports, padded, rows);
    EXPECT_EQ(std::ranges::count(count, 1), padded * rows) << (ports == &group.inputs ? "inputs" : "outputs");
  }
  EXPECT_TRUE(weights_on_tiles(group) == sorted_weights(to_int64(*graph.constant(graph.node(group.node).operands[1]))));
}

TEST_P(Reach, SlicesOfACascadeThatAreNoWholeBlocks) {
  for (const auto& [inputs, outputs] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {640, 640}, {300, 300}, {257, 129}, {13, 64}, {3000, 64}, {33, 17}, {2, 2}, {1, 64}, {64, 1}, {1000, 7}}) {
    SCOPED_TRACE(fmt::format("{} x {}", inputs, outputs));
    const Graph graph = make_network(registries, mlp(8, {inputs, outputs}));
    const MapResult result = map(registries, graph, GetParam());
    ASSERT_TRUE(result.design);
    expect_all_there(graph, result.design->groups[0], result.design->rows_per_iteration);
  }
}

TEST_P(Reach, NeighboursWithDifferentSlices) {
  const Graph graph = make_network(registries, mlp(20, {640, 300, 257, 129, 13, 64, 33, 17, 2, 1, 64}));
  const MapResult result = map(registries, graph, GetParam());
  ASSERT_TRUE(result.design);
  for (const KernelGroup& group : result.design->groups) {
    SCOPED_TRACE(group.name);
    expect_all_there(graph, group, result.design->rows_per_iteration);
  }
}

// "a.b" and "a_b" are one C++ identifier: neither file may take the other's place.
TEST_P(Reach, NodesWithNamesThatCollideKeepTheirWeights) {
  NetworkSpec spec = mlp(8, {16, 24, 24});
  spec.layers[0].name = "a.b";
  spec.layers[1].name = "a_b";
  const Graph graph = make_network(registries, spec);
  const MapResult result = map(registries, graph, GetParam());
  ASSERT_TRUE(result.design);
  const Target& target = registries.target(GetParam());
  const Files files = emit_project({graph, *result.design, target, target.devices.front(), registries.kernels});
  std::set<std::string> contents;
  for (const auto& [path, text] : files) {
    if (path.starts_with("src/parameters/data_")) contents.insert(text);
  }
  EXPECT_EQ(contents.size(), 2U);
}

// Two layers of different widths read one graph input: each gets all of it.
TEST_P(Reach, AnInputWithTwoReadersOfDifferentWidths) {
  Graph graph("fan out");
  const ValueId x = graph.add_input("x", {ElementType::int8, {8, 300}, {}, {}});
  for (const std::int64_t outputs : {16, 512}) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(300 * outputs), 1);
    const ValueId weights = graph.add_constant("weights", from_int64(ElementType::int8, {300, outputs}, values));
    const std::string name = fmt::format("reader_{}", outputs);
    const auto dense = graph.add_node(*registries.ops.find("dense"), {}, {x, weights}, Origin{{name}});
    const ValueId sums = graph.node(std::get<NodeId>(dense)).results.front();
    const auto step = graph.add_node(*registries.ops.find("requantize"),
                                     Attributes::of(RequantizeAttributes{.shift = 7}), {sums}, Origin{{name + "/act"}});
    graph.add_output(name, graph.node(std::get<NodeId>(step)).results.front());
  }
  const MapResult result = map(registries, graph, GetParam());
  ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  ASSERT_EQ(result.design->groups.size(), 2U);
  EXPECT_NE(result.design->groups[0].inputs.size() * result.design->groups[0].outputs.size(),
            result.design->groups[1].inputs.size() * result.design->groups[1].outputs.size());
  for (const KernelGroup& group : result.design->groups)
    expect_all_there(graph, group, result.design->rows_per_iteration);
}

// Four layers of 1024 need 256 tiles: on the larger array within its columns, on the smaller one refused.
TEST_P(Reach, FourLayersOfAThousandStayOnTheArray) {
  const MapResult result =
      map(registries, make_network(registries, mlp(8, {1024, 1024, 1024, 1024, 1024})), GetParam());
  if (GetParam() == "aie-mlv2") {
    ASSERT_FALSE(result.design);
    EXPECT_EQ(result.diagnostics.exit_code(), 4);
    return;
  }
  ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  const Device& device = registries.target(GetParam()).devices.front();
  for (const KernelGroup& group : result.design->groups) {
    EXPECT_GE(group.place.column, 1);
    EXPECT_LE(group.place.column + group.columns, device.columns);
    EXPECT_LE(group.place.row + group.rows, device.rows);
  }
}

} // namespace
} // namespace tilewright::testing
