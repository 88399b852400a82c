// What the mapping reaches on the two devices, by the slot model. Every count is of the Design; nothing is fitted.
#include "../backends/networks.h"

#include "runtime/estimate/estimate.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>

namespace tilewright::testing {
namespace {

class Reached : public ::testing::Test {
protected:
  Registries registries;

  Design designed(const NetworkSpec& spec, const std::string& target, const MapOptions& options) {
    const Graph graph = make_network(registries, spec);
    MapResult result = map(registries, graph, target, options);
    if (!result.design) throw std::runtime_error(text_of(result.diagnostics.all().front()));
    return *std::move(result.design);
  }
  Estimate estimated(const Design& design) {
    const Target& target = registries.target(design.target);
    return estimate(design, target, *find_device(target, design.device));
  }
};

TEST_F(Reached, GemmNearThePeakOfTheArray) {
  const Design design = designed(mlp(512, {896, 576}), "aie-ml", {.objective = Objective::throughput});
  const Estimate result = estimated(design);
  EXPECT_EQ(result.multiply_accumulates, 512LL * 896 * 576);
  EXPECT_GE(result.tiles_peak_fraction, 0.90);
  EXPECT_GE(result.peak_fraction, 0.85);
  EXPECT_LE(result.peak_fraction, result.tiles / 304.0) << "no tile does more than it can";
  const LayerEstimate& layer = result.layers.front();
  EXPECT_EQ(layer.bound, "multiply");
  // Nothing is left out: ramps, overhead of the call, and the streams that have to keep up.
  EXPECT_GT(layer.kernel.ramp, 0);
  EXPECT_GT(layer.kernel.call, 0);
  EXPECT_GT(layer.kernel.issued.cascade_reads + layer.kernel.issued.cascade_writes, 0);
  EXPECT_EQ(layer.kernel.total, layer.kernel.call + layer.kernel.straight + layer.kernel.ramp + layer.kernel.steady);
  EXPECT_LE(layer.input_cycles, result.interval_cycles);
  EXPECT_LE(layer.output_cycles, result.interval_cycles);
}

// 256 features need four tiles each: as many layers as fill the array.
TEST_F(Reached, ChainsFillTheArray) {
  for (const auto& [target, layers, least] : {std::tuple{"aie-ml", 76, 296}, std::tuple{"aie-mlv2", 36, 140}}) {
    const std::vector<std::int64_t> widths(static_cast<std::size_t>(layers) + 1, 256);
    const Design design = designed(mlp(32, widths), target, {.objective = Objective::throughput});
    EXPECT_GE(tile_count(design), least) << target;
    EXPECT_EQ(design.buffers.size(), 2U) << "one in, one out: everything between connects directly";
  }
}

// The work of a tile stays the same: 64 rows of 224 features to 64. From one tile to the whole array the rate of a tile
// may not fall by more than 2 %.
TEST_F(Reached, WeakScaling) {
  struct Size {
    std::int64_t rows, inputs, outputs;
    int tiles;
  };
  double single = 0;
  for (const Size& size : {Size{64, 224, 64, 1}, Size{64, 224, 128, 2}, Size{128, 448, 64, 4}, Size{256, 448, 128, 16},
                           Size{512, 448, 256, 64}, Size{512, 896, 256, 128}, Size{512, 896, 576, 288}}) {
    const Design design = designed(mlp(size.rows, {size.inputs, size.outputs}), "aie-ml",
                                   {.objective = Objective::throughput, .most_tiles = size.tiles});
    const Estimate result = estimated(design);
    EXPECT_LE(result.tiles, size.tiles);
    const double a_tile =
        static_cast<double>(result.multiply_accumulates) / static_cast<double>(result.interval_cycles) / size.tiles;
    single = std::max(single, a_tile);
    EXPECT_GE(a_tile, 0.98 * single) << size.tiles << " tiles";
  }
}

TEST_F(Reached, AHundredLayers) {
  std::vector<std::int64_t> widths;
  for (int i = 0; i <= 100; ++i)
    widths.push_back(i % 3 == 0 ? 64 : i % 3 == 1 ? 128 : 96);
  const Graph graph = make_network(registries, mlp(32, widths));
  for (const Objective objective : {Objective::tiles, Objective::throughput, Objective::latency}) {
    const MapResult result = map(registries, graph, "aie-ml", {.objective = objective});
    EXPECT_TRUE(result.design) << text_of(result.diagnostics.all().front());
  }
}

} // namespace
} // namespace tilewright::testing
