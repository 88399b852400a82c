// What the mapping reaches on the two devices, by the slot model. Every count is of the Design; nothing is fitted.
#include "../backends/networks.h"

#include "runtime/estimate/estimate.h"

#include <gtest/gtest.h>

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

constexpr MapOptions throughput{.objective = Objective::throughput};

TEST_F(Reached, GemmNearThePeakOfTheArray) {
  const Design design = designed(mlp(512, {896, 576}), "aie-ml", throughput);
  const Estimate result = estimated(design);
  EXPECT_EQ(result.multiply_accumulates, 512LL * 896 * 576);
  EXPECT_GE(result.tiles_peak_fraction, 0.90);
  EXPECT_GE(result.peak_fraction, 0.85);
  EXPECT_LE(result.peak_fraction, result.tiles / 304.0);
  const LayerEstimate& layer = result.layers.front();
  RecordProperty("tiles", result.tiles);
  RecordProperty("interval", static_cast<int>(result.interval_cycles));
  EXPECT_EQ(layer.bound, "multiply");
  printf("gemm: tiles %d interval %ld first %ld call %ld steady %ld ramp %ld over %ld in %ld out %ld peak %f %f plios %zu buffers %zu bound %s\n", result.tiles, result.interval_cycles, result.first_output_cycles, layer.kernel.total, layer.kernel.steady, layer.kernel.ramp, layer.kernel.call, layer.input_cycles, layer.output_cycles, result.tiles_peak_fraction, result.peak_fraction, design.plios.size(), design.buffers.size(), result.bound.c_str());
}

TEST_F(Reached, ChainsFillTheArray) {
  for (const auto& [target, layers, least] : {std::tuple{"aie-ml", 76, 296}, std::tuple{"aie-mlv2", 36, 140}}) {
    const std::vector<std::int64_t> widths(static_cast<std::size_t>(layers) + 1, 256);
    const Design design = designed(mlp(32, widths), target, {.objective = Objective::throughput});
    printf("chain %s: tiles %d buffers %zu\n", target, tile_count(design), design.buffers.size());
    EXPECT_GE(tile_count(design), least) << target;
    EXPECT_EQ(design.buffers.size(), 2U) << "one in, one out: everything between connects directly";
  }
}

} // namespace
} // namespace tilewright::testing
