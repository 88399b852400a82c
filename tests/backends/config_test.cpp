// The mapping's configuration file: what it fixes, what it refuses, and that a resolved one gives the same bytes again.
#include "backends/common/emit.h"
#include "networks.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Config : public ::testing::Test {
protected:
  Registries registries;
  Graph graph = make_network(registries, mlp(64, {128, 96, 40}));

  std::optional<MapConfig> read(std::string_view json) {
    diagnostics = {};
    return read_map_config(json, "config.json", diagnostics);
  }
  MapResult mapped(std::string_view json, const MapOptions& options = {}) {
    const std::optional<MapConfig> config = read(json);
    if (!config) throw std::runtime_error(text_of(diagnostics.all().front()));
    return map(registries, graph, "aie-ml", with_config(options, *config));
  }
  Files files_of(const Design& design) {
    const Target& target = registries.target(design.target);
    return emit_project({graph, design, target, *find_device(target, design.device), registries.kernels});
  }
  Diagnostics diagnostics;
};

TEST_F(Config, AResolvedFileGivesTheSameBytes) {
  for (const MapOptions& options : {MapOptions{}, MapOptions{.objective = Objective::throughput, .most_tiles = 30},
                                    MapOptions{.objective = Objective::latency, .most_tiles = 20, .plios = 2}}) {
    const MapResult first = map(registries, graph, "aie-ml", options);
    ASSERT_TRUE(first.design) << name_of(options.objective);
    const Files files = files_of(*first.design);
    const MapResult again = mapped(files.at("config.json"));
    ASSERT_TRUE(again.design) << text_of(again.diagnostics.all().front());
    EXPECT_EQ(files_of(*again.design), files) << name_of(options.objective);
  }
}

TEST_F(Config, ALayerIsFixedAndTheOthersAreNot) {
  const MapResult result = mapped(R"({"layers": {"layer_layers_1": {"cascade": 3, "place": [20, 2]}}})");
  ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  const KernelGroup& group = result.design->groups[1];
  EXPECT_EQ(group.cascade_length(), 3);
  EXPECT_EQ(group.place, (Coordinate{20, 2}));
}

TEST_F(Config, ALayersOwnEntryWinsOverItsOps) {
  const MapResult result =
      mapped(R"({"ops": {"dense": {"output_slices": 2}}, "layers": {"layer_layers_0": {"output_slices": 4}}})");
  ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  EXPECT_EQ(result.design->groups[0].outputs.size(), 4U);
  EXPECT_EQ(result.design->groups[1].outputs.size(), 2U);
}

// How many tiles write straight into another layer's, and how many memory-tile buffers there are.
std::pair<int, std::size_t> transport_of(const Design& design) {
  const auto direct = std::ranges::count_if(design.connections, [](const Connection& connection) {
    return connection.from.kind == Endpoint::Kind::group && connection.to.kind == Endpoint::Kind::group;
  });
  return {static_cast<int>(direct), design.buffers.size()};
}

TEST_F(Config, TransportIsDirectOrThroughAMemoryTile) {
  graph = make_network(registries, mlp(64, {128, 128, 128}));
  const MapResult direct = mapped(R"({"layers": {"layer_layers_1": {"transport": "direct"}}})");
  ASSERT_TRUE(direct.design) << text_of(direct.diagnostics.all().front());
  EXPECT_GT(transport_of(*direct.design).first, 0);
  EXPECT_EQ(transport_of(*direct.design).second, 2U);
  const MapResult through = mapped(R"({"ops": {"dense": {"transport": "memory_tile"}}})");
  ASSERT_TRUE(through.design) << text_of(through.diagnostics.all().front());
  EXPECT_EQ(transport_of(*through.design), std::pair(0, std::size_t{3}));
  // Replayed, it is the same again.
  const Files files = files_of(*through.design);
  const MapResult again = mapped(files.at("config.json"));
  ASSERT_TRUE(again.design) << text_of(again.diagnostics.all().front());
  EXPECT_EQ(files_of(*again.design), files);
}

TEST_F(Config, ADirectConnectionThatCannotBeIsRefused) {
  // One slice of 128 features is no two of them.
  const MapResult result = mapped(R"({"layers": {"layer_layers_0": {"output_slices": 2},
                                                 "layer_layers_1": {"cascade": 1, "transport": "direct"}}})");
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 2);
  EXPECT_EQ(result.diagnostics.all().front().reason,
            "the configuration asks for a direct connection, and no tilings of both layers agree on one");
}

TEST_F(Config, PliosOfALayer) {
  const auto plios = [](const Design& design, Plio::Direction direction) {
    return std::ranges::count(design.plios, direction, &Plio::direction);
  };
  const MapResult result = mapped(R"({"model": {"optimize": "throughput", "plio": 1},
                                      "layers": {"layer_layers_0": {"plio": 4}}})");
  ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  EXPECT_EQ(plios(*result.design, Plio::Direction::in), 4);
  EXPECT_EQ(plios(*result.design, Plio::Direction::out), 1);
  const Files files = files_of(*result.design);
  const MapResult again = mapped(files.at("config.json"));
  ASSERT_TRUE(again.design) << text_of(again.diagnostics.all().front());
  EXPECT_EQ(files_of(*again.design), files);
}

// 16 tiles of a cascade take three memory tiles, and those a PLIO each.
TEST_F(Config, FewerPliosThanBuffersAreRefused) {
  graph = make_network(registries, mlp(8, {1024, 16}));
  const MapResult result =
      mapped(R"({"model": {"plio": 2}, "layers": {"layer_layers_0": {"cascade": 16, "output_slices": 1}}})");
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 4);
  const Diagnostic& refusal = result.diagnostics.all().front();
  EXPECT_EQ(refusal.expected, "at most 2 (PLIOs, vek280)");
  EXPECT_EQ(refusal.got, "3");
  EXPECT_EQ(refusal.hint, "allow more with --plio");
}

TEST_F(Config, KeysThatDecideNothingForALayerAreErrors) {
  const MapResult result = mapped(R"({"layers": {"layer_layers_0": {"transport": "direct"}}})");
  EXPECT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 2);
  EXPECT_EQ(result.diagnostics.all().front().node, "layers.layer_layers_0.transport");
  graph = make_network(registries, mlp(64, {128, 128, 128, 128}));
  const MapResult inner = mapped(R"({"layers": {"layer_layers_1": {"plio": 2}}})");
  EXPECT_FALSE(inner.design);
  EXPECT_EQ(inner.diagnostics.all().front().node, "layers.layer_layers_1.plio");
}

TEST_F(Config, TheModelsSectionStandsForTheOptions) {
  const MapResult result = mapped(R"({"model": {"optimize": "throughput", "max_tiles": 6, "plio": 1}})");
  ASSERT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  EXPECT_EQ(result.design->search.objective, "throughput");
  EXPECT_LE(tile_count(*result.design), 6);
  EXPECT_EQ(result.design->plios.size(), 2U);
}

TEST_F(Config, UnknownKeysAreErrors) {
  for (const auto& [json, where] :
       {std::pair{R"({"modle": {}})", "modle"}, std::pair{R"({"model": {"optimise": "tiles"}})", "model.optimise"},
        std::pair{R"({"layers": {"x": {"tiles": 3}}})", "layers.x.tiles"},
        std::pair{R"({"model": {"max_tiles": 0}})", "model.max_tiles"},
        std::pair{R"({"model": {"optimize": "size"}})", "model.optimize"},
        std::pair{R"({"layers": {"x": {"place": [1]}}})", "layers.x.place"},
        std::pair{R"({"layers": {"x": {"transport": "stream"}}})", "layers.x.transport"},
        std::pair{R"({"ops": {"dense": {"plio": 0}}})", "ops.dense.plio"}, std::pair{R"({"layers": [1]})", "layers"}}) {
    EXPECT_FALSE(read(json)) << json;
    ASSERT_EQ(diagnostics.error_count(), 1U) << json;
    EXPECT_EQ(diagnostics.all().front().node, std::string("config.json: ") + where);
    EXPECT_EQ(diagnostics.exit_code(), 2);
  }
  EXPECT_FALSE(read("{"));
}

TEST_F(Config, NamesThatNothingReadsAreErrors) {
  const MapResult result = mapped(R"({"layers": {"layer_nobody": {"cascade": 1}}, "ops": {"conv": {"cascade": 1}}})");
  EXPECT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.error_count(), 2U);
  EXPECT_EQ(result.diagnostics.all().front().code, "config.unused");
}

TEST_F(Config, WhatCannotBeIsRefused) {
  const MapResult result = mapped(R"({"layers": {"layer_layers_0": {"cascade": 37}}})");
  EXPECT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 2);
}

} // namespace
} // namespace tilewright::testing
