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
        std::pair{R"({"layers": [1]})", "layers"}}) {
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
