// The size sweep: every network is mapped, legal and emitted, or refused with the resource, the need and the limit. A
// sample of those that are mapped runs in the emulator.
#include "emulation.h"
#include "size_sweep.h"

#include "backends/common/emit.h"
#include "backends/common/legality.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <regex>

namespace tilewright::testing {
namespace {

// All of it in the test with the label `full`, else a sample.
bool full_sweep() { return std::getenv("TILEWRIGHT_FULL_SWEEP") != nullptr; }

class SizeSweep : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  void expect_legal(const Graph& graph, const Design& design) {
    const Target& target = registries.target(GetParam());
    const Device& device = target.devices.front();
    for (const Violation& violation : check_legality(design, target, device)) {
      ADD_FAILURE() << violation.resource << " at " << violation.place << ": " << violation.need << " of "
                    << violation.limit;
    }
    EXPECT_GE(design.rows_per_iteration * design.iterations, design.rows);
    const Files files = emit_project({graph, design, target, device, registries.kernels});
    for (const char* file : {"src/app.cpp", "src/graph.h", "design.json", "Makefile", "aie.cfg"}) {
      EXPECT_TRUE(files.contains(file)) << file;
    }
  }

  // "at most 304 (tiles, vek280)", and a need above that.
  static void expect_reasons(const Diagnostics& diagnostics) {
    EXPECT_EQ(diagnostics.exit_code(), 4);
    ASSERT_FALSE(diagnostics.all().empty());
    for (const Diagnostic& refusal : diagnostics.all()) {
      EXPECT_FALSE(refusal.node.empty());
      EXPECT_FALSE(refusal.reason.empty());
      std::smatch limit;
      ASSERT_TRUE(std::regex_match(refusal.expected, limit, std::regex(R"(at most (\d+) \([a-z -]+, vek\d+\))")))
          << refusal.expected;
      ASSERT_TRUE(std::regex_match(refusal.got, std::regex("\\d+"))) << refusal.got;
      EXPECT_GT(std::stoll(refusal.got), std::stoll(limit[1])) << text_of(refusal);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, SizeSweep, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(SizeSweep, EveryNetworkIsLegalOrRefusedWithNumbers) {
  const std::vector<NetworkSpec> specs = size_sweep();
  std::map<std::string, int> outcomes;
  for (std::size_t i = 0; i < specs.size(); i += full_sweep() ? 1 : 12) {
    SCOPED_TRACE(text_of(specs[i]));
    const Graph graph = make_network(registries, specs[i]);
    const MapResult result = map(registries, graph, GetParam());
    if (result.design) {
      expect_legal(graph, *result.design);
      ++outcomes["mapped"];
    } else {
      expect_reasons(result.diagnostics);
      const std::string expected = result.diagnostics.all().empty() ? "" : result.diagnostics.all().front().expected;
      ++outcomes["refused: " + expected];
    }
  }
  for (const auto& [outcome, count] : outcomes)
    std::cout << GetParam() << ": " << count << " " << outcome << "\n";
  EXPECT_GT(outcomes["mapped"], 10);
}

// Small enough for the host's compiler to be what takes the time.
TEST_P(SizeSweep, ASampleIsBitExact) {
  constexpr std::int64_t most_weights = 400'000;
  int wanted = full_sweep() ? 25 : 2;
  for (const NetworkSpec& spec : size_sweep()) {
    std::int64_t weights = 0;
    std::int64_t inputs = spec.inputs;
    for (const LayerSpec& layer : spec.layers) {
      weights += inputs * layer.outputs;
      inputs = layer.outputs;
    }
    const bool mixed = spec.layers.size() > 1 && spec.layers.front().outputs != spec.layers.back().outputs;
    if (weights > most_weights || !mixed) continue;
    const Graph graph = make_network(registries, spec);
    if (!map(registries, graph, GetParam()).design) continue;
    SCOPED_TRACE(text_of(spec));
    expect_bit_exact(registries, graph, GetParam());
    if (--wanted == 0) return;
  }
  FAIL() << "the sweep has too few networks to run";
}

} // namespace
} // namespace tilewright::testing
