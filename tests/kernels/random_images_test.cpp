// Random networks of images: all of them map or say why not, and a sample runs in the host emulator against the
// reference executor. TILEWRIGHT_RANDOM_NETWORKS says how many run on each target, TILEWRIGHT_RANDOM_SECONDS for how
// long at most, and TILEWRIGHT_RANDOM_SEED where to begin.
#include "../backends/image_networks.h"
#include "emulation.h"

#include "backends/common/rearrangement.h"

#include <chrono>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <set>

namespace tilewright::testing {
namespace {

constexpr int most_layers = 8;

int setting(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atoi(text) : otherwise;
}

// Each seed another objective: bands of images go over tiles where these are to be used.
MapOptions options_for(unsigned seed) {
  constexpr Objective objectives[] = {Objective::throughput, Objective::tiles, Objective::latency};
  return {.objective = objectives[seed % 3], .most_tiles = 48};
}

class RandomImages : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
};

INSTANTIATE_TEST_SUITE_P(Targets, RandomImages, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(RandomImages, MapOrSayWhyNot) {
  int mapped = 0;
  constexpr int networks = 40;
  for (unsigned seed = 0; seed < networks; ++seed) {
    const MapResult result = map(registries, random_image_network(registries, seed, 40), GetParam(),
                                 {.objective = options_for(seed).objective});
    mapped += result.design.has_value();
    if (result.design) continue;
    ASSERT_FALSE(result.diagnostics.all().empty()) << "seed " << seed;
    for (const Diagnostic& diagnostic : result.diagnostics.all()) {
      EXPECT_FALSE(diagnostic.reason.empty()) << "seed " << seed;
      EXPECT_NE(diagnostic.kind, ProblemKind::internal) << "seed " << seed << ": " << text_of(diagnostic);
    }
  }
  EXPECT_GE(mapped, networks / 4);
}

// Every op that the array computes is in some network.
TEST_P(RandomImages, HaveAllOps) {
  std::set<std::string> missing{std::string(rearranging_op)};
  for (const auto& [name, entry] : registries.lowerings.entries())
    missing.insert(entry.definition.op);
  for (unsigned seed = 0; seed < 60 && !missing.empty(); ++seed) {
    const Graph graph = random_image_network(registries, seed, 40);
    for (const NodeId id : graph.order()) {
      missing.erase(graph.node(id).op->name);
      if (graph.node(id).op->traits.shape_only) missing.erase(std::string(rearranging_op));
    }
  }
  EXPECT_EQ(missing, std::set<std::string>());
}

TEST_P(RandomImages, ComputeWhatTheReferenceComputes) {
  const int networks = setting("TILEWRIGHT_RANDOM_NETWORKS", 1);
  const int seconds = setting("TILEWRIGHT_RANDOM_SECONDS", 3600);
  const auto first = static_cast<unsigned>(setting("TILEWRIGHT_RANDOM_SEED", 0));
  const auto start = std::chrono::steady_clock::now();
  int ran = 0;
  unsigned seed = first;
  for (; ran < networks && seed < first + 100 * static_cast<unsigned>(networks); ++seed) {
    if (std::chrono::steady_clock::now() - start > std::chrono::seconds(seconds)) break;
    const Graph graph = random_image_network(registries, seed, most_layers);
    const MapOptions options = options_for(seed);
    if (!map(registries, graph, GetParam(), options).design) continue;
    ++ran;
    SCOPED_TRACE(fmt::format("seed {}", seed));
    expect_bit_exact(registries, graph, GetParam(), seed, options);
  }
  fmt::print("{} networks, seeds {} to {}\n", ran, first, seed - 1);
  EXPECT_GT(ran, 0);
}

} // namespace
} // namespace tilewright::testing
