// Networks that a placement without regard to streams would send across too few columns: the objective that was asked
// for finds a legal mapping all the same.
#include "network_builder.h"

#include "backends/common/legality.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class DeepNetworks : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  void expect_mapped(const Graph& graph, const std::string& name, Objective objective) {
    const MapResult result = map(registries, graph, GetParam(), {.objective = objective});
    ASSERT_TRUE(result.design) << name << ": " << text_of(result.diagnostics.all().front());
    const Target& target = registries.target(GetParam());
    EXPECT_TRUE(check_legality(*result.design, target, target.devices.front()).empty()) << name;
    EXPECT_EQ(result.design->search.objective, name_of(objective)) << name;
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, DeepNetworks, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(DeepNetworks, LongChains) {
  const int most = GetParam() == "aie-ml" ? 200 : 120;
  for (const int layers : {60, most * 3 / 4, most}) {
    const std::vector<std::int64_t> widths(static_cast<std::size_t>(layers) + 1, 32);
    for (const Objective objective : {Objective::throughput, Objective::latency})
      expect_mapped(make_network(registries, mlp(32, widths)), std::to_string(layers) + " layers", objective);
  }
}

TEST_P(DeepNetworks, ManyRowsOfNarrowLayers) {
  for (const std::int64_t rows : {200, 255, 256})
    expect_mapped(make_network(registries, mlp(rows, {16, 16, 10})), std::to_string(rows) + " rows",
                  Objective::throughput);
}

TEST_P(DeepNetworks, ManyHeads) {
  NetworkBuilder net(registries, "heads", 1);
  const ValueId trunk = net.layer(net.input("x", 32, 64), 64);
  for (int head = 0; head < 10; ++head)
    net.graph.add_output("y" + std::to_string(head), net.layer(net.layer(net.layer(trunk, 64), 32), 16));
  for (const Objective objective : {Objective::tiles, Objective::throughput, Objective::latency})
    expect_mapped(net.graph, "heads", objective);
}

} // namespace
} // namespace tilewright::testing
