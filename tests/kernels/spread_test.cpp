// Layers spread over more tiles than their weights need: parts of the batch, stacks side by side, input buffers in
// their own tile, several PLIOs for a buffer.
#include "emulation.h"

#include <gtest/gtest.h>
#include <set>

namespace tilewright::testing {
namespace {

class Spread : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  Design expect_exact(const NetworkSpec& spec, const MapOptions& options) {
    const Graph graph = make_network(registries, spec);
    const MapResult mapped = map(registries, graph, GetParam(), options);
    if (!mapped.design) throw std::runtime_error(text_of(mapped.diagnostics.all().front()));
    expect_bit_exact(registries, graph, GetParam(), 1, options);
    return *mapped.design;
  }
};

TEST_P(Spread, OneLayerOverPartsOfTheBatch) {
  const Design design = expect_exact(mlp(64, {64, 48}), {.objective = Objective::throughput, .most_tiles = 24});
  const KernelGroup& group = design.groups.front();
  EXPECT_GT(group.batch_parts, 1);
  EXPECT_GT(design.plios.size(), 2U);
}

TEST_P(Spread, StacksSideBySide) {
  const Design design = expect_exact(mlp(64, {128, 144}), {.objective = Objective::throughput, .most_tiles = 36});
  const KernelGroup& group = design.groups.front();
  EXPECT_GT(group.strips, 1);
  EXPECT_FALSE(group.input_in_west) << "a stack's input would meet the output of the one to its west";
}

TEST_P(Spread, AChainForLatencyAndForThroughput) {
  for (const Objective objective : {Objective::latency, Objective::throughput}) {
    expect_exact(mlp(32, {40, 72, 64, 10}), {.objective = objective, .most_tiles = 20});
  }
}

TEST_P(Spread, FewerPliosWhenTheUserSaysSo) {
  const Design design =
      expect_exact(mlp(64, {64, 48}), {.objective = Objective::throughput, .most_tiles = 4, .plios = 1});
  EXPECT_EQ(design.plios.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Targets, Spread, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& info) { return info.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

} // namespace
} // namespace tilewright::testing
