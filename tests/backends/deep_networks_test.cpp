// Deep networks, and those that a placement without regard to streams would send across too few columns: every
// objective finds a legal mapping near its bound, or says what is missing, in no time.
#include "network_builder.h"

#include "backends/common/legality.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class DeepNetworks : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  // `most_above`: share of the bound. What is mapped for the fewest tiles, because nothing faster was found, is far
  // above.
  void expect_mapped(const Graph& graph, const std::string& name, Objective objective, double most_above) {
    SCOPED_TRACE(name + ", " + std::string(name_of(objective)));
    const MapResult result = mapped(graph, {.objective = objective});
    ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
    const SearchRecord& search = result.design->search;
    EXPECT_EQ(search.objective, name_of(objective));
    EXPECT_GE(search.cycles, search.lower_bound);
    EXPECT_LE(static_cast<double>(search.cycles), (1 + most_above) * static_cast<double>(search.lower_bound));
  }

  // Legal; `process_bench --limits` says how long it takes.
  MapResult mapped(const Graph& graph, const MapOptions& options) {
    MapResult result = map(registries, graph, GetParam(), options);
    const Target& target = registries.target(GetParam());
    if (result.design) {
      EXPECT_TRUE(check_legality(*result.design, target, target.devices.front()).empty());
    }
    return result;
  }

  int tiles() const { return GetParam() == "aie-ml" ? 304 : 144; }
};

INSTANTIATE_TEST_SUITE_P(Targets, DeepNetworks, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(DeepNetworks, LongChains) {
  const int most = GetParam() == "aie-ml" ? 200 : 120;
  for (const int layers : {60, most * 3 / 4, most}) {
    const std::vector<std::int64_t> widths(static_cast<std::size_t>(layers) + 1, 32);
    const Graph graph = make_network(registries, mlp(32, widths));
    const std::string name = std::to_string(layers) + " layers";
    expect_mapped(graph, name, Objective::tiles, 0);
    expect_mapped(graph, name, Objective::throughput, 0.02);
    expect_mapped(graph, name, Objective::latency, 0.05);
  }
}

// As many layers as tiles: no column can be kept free. One more is too many.
TEST_P(DeepNetworks, ALayerATile) {
  const std::vector<std::int64_t> widths(static_cast<std::size_t>(tiles()) + 1, 16);
  for (const Objective objective : {Objective::tiles, Objective::throughput, Objective::latency}) {
    const MapResult result = mapped(make_network(registries, mlp(8, widths)), {.objective = objective});
    ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
    EXPECT_EQ(tile_count(*result.design), tiles());
    std::vector<std::int64_t> longer = widths;
    longer.push_back(16);
    const MapResult refused = mapped(make_network(registries, mlp(8, longer)), {.objective = objective});
    ASSERT_FALSE(refused.design);
    EXPECT_EQ(refused.diagnostics.exit_code(), 4);
    const Diagnostic& reason = refused.diagnostics.all().front();
    EXPECT_EQ(reason.expected, GetParam() == "aie-ml" ? "at most 304 (tiles, vek280)" : "at most 144 (tiles, vek385)");
    EXPECT_EQ(reason.got, std::to_string(tiles() + 1));
  }
}

TEST_P(DeepNetworks, FewTilesAndPlios) {
  const Graph graph = make_network(registries, mlp(32, std::vector<std::int64_t>(101, 48)));
  for (const Objective objective : {Objective::tiles, Objective::throughput, Objective::latency}) {
    for (const int most : {1, 2, 5, 99}) {
      const MapResult result = mapped(graph, {.objective = objective, .most_tiles = most});
      ASSERT_FALSE(result.design) << most;
      EXPECT_EQ(result.diagnostics.exit_code(), 4);
      const Diagnostic& reason = result.diagnostics.all().front();
      EXPECT_TRUE(reason.expected.starts_with("at most " + std::to_string(most) + " (tiles")) << reason.expected;
      EXPECT_EQ(reason.got, "100");
      EXPECT_EQ(reason.hint, "allow more with --max-tiles, or use fewer or smaller layers");
    }
    const MapResult all = mapped(graph, {.objective = objective, .most_tiles = 100});
    EXPECT_TRUE(all.design && tile_count(*all.design) == 100) << name_of(objective);
    for (const int plios : {1, 2, 3, 100}) {
      const MapResult result = mapped(graph, {.objective = objective, .plios = plios});
      ASSERT_TRUE(result.design) << plios;
      EXPECT_LE(static_cast<int>(result.design->plios.size()), 2 * plios);
    }
  }
}

// Several iterations: what counts is the latency of the first one and the slowest layer in all others.
TEST_P(DeepNetworks, BatchesOfFewWideLayers) {
  for (const std::int64_t rows : {8, 32, 64}) {
    const std::string name = std::to_string(rows) + " rows";
    expect_mapped(make_network(registries, mlp(rows, std::vector<std::int64_t>(8, 512))), name, Objective::latency,
                  0.1);
    expect_mapped(make_network(registries, mlp(rows, std::vector<std::int64_t>(5, 256))), name, Objective::latency,
                  0.1);
  }
}

TEST_P(DeepNetworks, ManyRowsOfNarrowLayers) {
  for (const std::int64_t rows : {200, 255, 256})
    expect_mapped(make_network(registries, mlp(rows, {16, 16, 10})), std::to_string(rows) + " rows",
                  Objective::throughput, 0.05);
}

TEST_P(DeepNetworks, ManyHeads) {
  NetworkBuilder net(registries, "heads", 1);
  const ValueId trunk = net.layer(net.input("x", 32, 64), 64);
  for (int head = 0; head < 10; ++head)
    net.graph.add_output("y" + std::to_string(head), net.layer(net.layer(net.layer(trunk, 64), 32), 16));
  expect_mapped(net.graph, "heads", Objective::tiles, 0);
  expect_mapped(net.graph, "heads", Objective::throughput, 0.02);
  expect_mapped(net.graph, "heads", Objective::latency, 0.02);
}

} // namespace
} // namespace tilewright::testing
