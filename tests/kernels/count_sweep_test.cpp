// The closed form of the slot model over the size sweep: a sample in every run, a quarter of all single layers with the
// label `full`.
#include "instruction_counts.h"
#include "size_sweep.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class CountSweep : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Targets, CountSweep, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(CountSweep, SingleLayers) {
  constexpr std::int64_t most_weights = 100'000; // the emulator interprets each instruction
  constexpr Objective objectives[] = {Objective::tiles, Objective::throughput, Objective::latency};
  const bool full = std::getenv("TILEWRIGHT_FULL_SWEEP") != nullptr;
  const Registries registries;
  int counted = 0;
  int seen = 0;
  for (const NetworkSpec& spec : size_sweep()) {
    if (spec.layers.size() != 1 || spec.inputs * spec.layers.front().outputs > most_weights) continue;
    if (seen++ % 4 != 0) continue;
    SCOPED_TRACE(text_of(spec));
    expect_counted(registries, make_network(registries, spec), GetParam(),
                   {.objective = objectives[counted % 3], .most_tiles = 16});
    if (++counted == 3 && !full) break;
  }
  EXPECT_GE(counted, full ? 100 : 3);
}

} // namespace
} // namespace tilewright::testing
