// What goes onto the array, how, and what is refused with which numbers.
#include "backends/common/legality.h"
#include "networks.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

namespace tilewright::testing {
namespace {

class Mapping : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  MapResult map_mlp(std::int64_t rows, const std::vector<std::int64_t>& widths) {
    return map(registries, make_network(registries, mlp(rows, widths)), GetParam());
  }
  // Either a legal design or a refusal that says resource, need and limit.
  void expect_mapped_or_refused(std::int64_t rows, const std::vector<std::int64_t>& widths) {
    SCOPED_TRACE(fmt::format("{} rows, widths {}", rows, fmt::join(widths, " ")));
    const MapResult result = map_mlp(rows, widths);
    if (result.design) {
      const Target& target = registries.target(GetParam());
      EXPECT_TRUE(check_legality(*result.design, target, target.devices.front()).empty());
      EXPECT_EQ(result.design->groups.size(), widths.size() - 1);
      EXPECT_GE(result.design->rows_per_iteration * result.design->iterations, rows);
    } else {
      EXPECT_EQ(result.diagnostics.exit_code(), 4);
      const Diagnostic& refusal = result.diagnostics.all().front();
      EXPECT_FALSE(refusal.expected.empty());
      EXPECT_FALSE(refusal.got.empty());
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Mapping, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(Mapping, JetTaggerTakesOneTileALayerWithoutMemoryTilesBetween) {
  const MapResult result = map_mlp(8, {16, 64, 32, 32, 5});
  ASSERT_TRUE(result.design);
  EXPECT_EQ(tile_count(*result.design), 4);
  EXPECT_EQ(result.design->buffers.size(), 2U);
  EXPECT_EQ(result.design->iterations, 1);
}

// Biases stand beside the stack; multipliers and addends only where there are any.
TEST_P(Mapping, ALayerThatShiftsHasNoTableOfMultipliers) {
  NetworkSpec spec = mlp(4, {8, 2048});
  const MapResult shift = map(registries, make_network(registries, spec), GetParam());
  ASSERT_TRUE(shift.design);
  EXPECT_EQ(tile_count(*shift.design), 1);
  spec.layers.front().requantize.multiplier = {3};
  const MapResult multiplier = map(registries, make_network(registries, spec), GetParam());
  ASSERT_TRUE(multiplier.design);
  EXPECT_EQ(tile_count(*multiplier.design), 4) << "seven numbers for each of 512 features at most";
}

TEST_P(Mapping, EqualWideLayersConnectDirectly) {
  const MapResult result = map_mlp(16, {512, 512, 512, 512, 512, 512, 512, 512});
  ASSERT_TRUE(result.design);
  EXPECT_EQ(tile_count(*result.design), 112);
  EXPECT_EQ(result.design->buffers.size(), 2U) << "only at the ends";
}

TEST_P(Mapping, WidthsFromOneToFourThousand) {
  for (const std::int64_t inputs : {1, 3, 8, 63, 300, 1000, 4096}) {
    for (const std::int64_t outputs : {1, 5, 16, 129, 2048, 4096}) expect_mapped_or_refused(8, {inputs, outputs});
  }
}

TEST_P(Mapping, SquaresUpToTwoThousand) {
  for (std::int64_t width = 16; width <= 2048; width *= 2) expect_mapped_or_refused(16, {width, width, width});
}

TEST_P(Mapping, OddWidthsInAChain) {
  expect_mapped_or_refused(8, {640, 640, 300, 300, 257, 129, 13, 64, 33, 17});
  expect_mapped_or_refused(7, {3000, 64, 13, 7, 1, 2, 3});
}

TEST_P(Mapping, ChainsOfTwentyAndThirtyTwoLayers) {
  for (const std::size_t layers : {20, 32}) {
    const MapResult result = map_mlp(8, std::vector<std::int64_t>(layers + 1, 64));
    ASSERT_TRUE(result.design);
    EXPECT_EQ(tile_count(*result.design), static_cast<int>(layers));
  }
}

TEST_P(Mapping, ABatchCostsIterationsNotTiles) {
  const int tiles = tile_count(*map_mlp(8, {512, 512}).design);
  for (const std::int64_t rows : {1, 2, 7, 64, 256, 2048}) {
    const MapResult result = map_mlp(rows, {512, 512});
    ASSERT_TRUE(result.design) << rows;
    EXPECT_EQ(tile_count(*result.design), tiles) << rows;
  }
}

TEST_P(Mapping, RefusalsNameTheResource) {
  const MapResult result = map_mlp(8, {4096, 4096});
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 4);
  const Diagnostic& refusal = result.diagnostics.all().front();
  EXPECT_EQ(refusal.node, "/layers/0");
  const bool first = GetParam() == "aie-ml";
  EXPECT_EQ(refusal.expected, first ? "at most 296 (tiles, vek280)" : "at most 140 (tiles, vek385)");
  EXPECT_EQ(refusal.got, "1024");
}

// 3000 x 1536 bytes are 282 banks for 296 tiles, and 640 x 3000 are 118 for 140: what is too small is the width.
TEST_P(Mapping, WeightsThatFitTheTilesButNotTheRowsNameTheColumns) {
  const bool first = GetParam() == "aie-ml";
  const MapResult result = first ? map_mlp(8, {3000, 1536}) : map_mlp(8, {640, 3000});
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 4);
  const Diagnostic& refusal = result.diagnostics.all().front();
  EXPECT_EQ(refusal.expected, first ? "at most 37 (columns, vek280)" : "at most 35 (columns, vek385)");
  // Rows of 192 outputs hold 85 inputs in a bank, so 80 in blocks of 8; rows of 752 outputs hold 21, so 16.
  EXPECT_EQ(refusal.got, first ? "38" : "40");
}

// Layers of 5 x 5 tiles on 8 rows, or of 9 x 3 on 4: there are tiles enough, but none of them on top of each other.
TEST_P(Mapping, LayersThatFitTheTilesButNotSideBySideNameTheColumns) {
  const bool first = GetParam() == "aie-ml";
  const MapResult result = map_mlp(8, std::vector<std::int64_t>(first ? 13 : 6, 640));
  ASSERT_FALSE(result.design);
  const Diagnostic& refusal = result.diagnostics.all().front();
  EXPECT_EQ(refusal.code, "device.tiles");
  EXPECT_EQ(refusal.expected, first ? "at most 38 (columns, vek280)" : "at most 36 (columns, vek385)");
  EXPECT_GT(std::stoi(refusal.got), first ? 38 : 36);
}

// Where keeping a column free for each layer takes too many, inputs lie in the tiles themselves.
TEST_P(Mapping, ColumnsAreKeptFreeOnlyWhereThereAreEnough) {
  const bool first = GetParam() == "aie-ml";
  const std::vector<std::int64_t> widths(first ? 201 : 101, 16);
  const MapResult result = map_mlp(8, widths);
  ASSERT_TRUE(result.design);
  EXPECT_EQ(tile_count(*result.design), first ? 200 : 100);
  EXPECT_TRUE(std::ranges::all_of(map_mlp(8, {64, 64, 64}).design->groups, &KernelGroup::input_in_west));
}

TEST_P(Mapping, NetworksThatAreTooLargeAsAWholeSayHowMuch) {
  const MapResult result = map_mlp(8, std::vector<std::int64_t>(14, 640));
  ASSERT_FALSE(result.design);
  const Diagnostic& refusal = result.diagnostics.all().front();
  EXPECT_EQ(refusal.code, "device.tiles");
  EXPECT_EQ(refusal.got, GetParam() == "aie-ml" ? "325" : "351") << "13 layers of 5 x 5 tiles, or of 9 x 3";
}

TEST_P(Mapping, NamesThatCollideAfterSanitizingStayApart) {
  NetworkSpec spec = mlp(8, {16, 16, 16, 16});
  spec.layers[0].name = "a.b";
  spec.layers[1].name = "a_b";
  spec.layers[2].name = "a b";
  const MapResult result = map(registries, make_network(registries, spec), GetParam());
  ASSERT_TRUE(result.design);
  std::set<std::string> names;
  for (const KernelGroup& group : result.design->groups) names.insert(group.name);
  EXPECT_EQ(names, (std::set<std::string>{"layer_a_b", "layer_a_b_2", "layer_a_b_3"}));
}

TEST_P(Mapping, SumsBeyondThirtyTwoBitsTakeAWiderShape) {
  NetworkSpec spec = mlp(8, {2048, 16});
  spec.input = ElementType::int16;
  spec.layers[0].requantize = {.shift = 20, .element = ElementType::int16, .range = {-32768, 32767}};
  const MapResult wide = map(registries, make_network(registries, spec), GetParam());
  ASSERT_TRUE(wide.design);
  const auto& config = wide.design->groups[0].config;
  const auto entry = std::ranges::find(config, "accumulator_type", &ConfigEntry::name);
  ASSERT_NE(entry, config.end());
  EXPECT_EQ(entry->value, "acc64") << "2048 * 32768 * 128 needs 34 bits";

  spec.inputs = 256;
  const MapResult narrow = map(registries, make_network(registries, spec), GetParam());
  ASSERT_TRUE(narrow.design);
  EXPECT_EQ(std::ranges::find(narrow.design->groups[0].config, "accumulator_type", &ConfigEntry::name)->value,
            GetParam() == "aie-ml" ? "acc32" : "acc64");
}

TEST_P(Mapping, AMultiplierOnSumsBeyondThirtyTwoBitsIsRefused) {
  NetworkSpec spec = mlp(8, {2048, 16});
  spec.input = ElementType::int16;
  spec.layers[0].requantize = {.multiplier = {3}, .shift = 20, .element = ElementType::int16, .range = {-32768, 32767}};
  const MapResult result = map(registries, make_network(registries, spec), GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 4);
  EXPECT_NE(result.diagnostics.all().front().expected.find("accumulator bits"), std::string::npos);
}

} // namespace
} // namespace tilewright::testing
