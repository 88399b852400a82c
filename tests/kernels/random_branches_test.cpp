// Random networks of layers, sums, concatenations and parts of values. All of them map or say why not; a sample runs in
// the host emulator against the reference executor. TILEWRIGHT_RANDOM_NETWORKS says how many run on each target.
#include "../backends/network_builder.h"
#include "emulation.h"

#include "backends/common/legality.h"

#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class RandomNetwork {
public:
  RandomNetwork(const Registries& registries, unsigned seed)
      : builder_(registries, fmt::format("random_{}", seed), seed) {}

  Graph build() {
    const std::int64_t rows = pick(1, 20);
    for (std::int64_t i = pick(1, 2); i > 0; --i)
      values_.push_back(builder_.input(fmt::format("x{}", i), rows, pick(1, 90)));
    values_.push_back(builder_.layer(any(), pick(1, 90)));
    for (std::int64_t i = pick(2, 9); i > 0; --i)
      values_.push_back(step());
    const ValueId last = builder_.layer(values_.back(), pick(1, 40));
    builder_.graph.add_output("y", last);
    for (const ValueId value : values_) {
      const bool input = !builder_.graph.value(value).producer;
      if (!input && builder_.graph.use_count(value) == 0) builder_.graph.add_output("z", value);
    }
    return std::move(builder_.graph);
  }

private:
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(builder_.random() % static_cast<unsigned>(high - low + 1));
  }
  // The later values more often, so that networks get deep.
  ValueId any() {
    const auto count = static_cast<std::int64_t>(values_.size());
    return values_[static_cast<std::size_t>(std::max(pick(0, count - 1), pick(0, count - 1)))];
  }

  ValueId step() {
    const ValueId x = any();
    switch (pick(0, 5)) {
    case 0: {
      const std::int64_t first = pick(0, builder_.features(x) - 1);
      return builder_.columns(x, first, pick(1, builder_.features(x) - first));
    }
    case 1:
      return builder_.concat(1, {x, any()});
    case 2:
    case 3: {
      // The other term beside layers of its own.
      const ValueId a = builder_.layer(x, pick(1, 64));
      const ValueId b =
          pick(0, 1) == 0 ? builder_.layer(any(), builder_.features(a)) : builder_.layer(a, builder_.features(a));
      const bool wide = pick(0, 1) == 0;
      const std::int64_t most = wide ? 2'000'000'000 : 9;
      return builder_.requantize(
          {.multiplier = {pick(1, most), pick(-most, most)}, .addend = {pick(0, 5)}, .shift = wide ? 31 : 3}, {a, b});
    }
    default:
      return builder_.layer(x, pick(1, 90));
    }
  }

  NetworkBuilder builder_;
  std::vector<ValueId> values_;
};

class RandomBranches : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
};

INSTANTIATE_TEST_SUITE_P(Targets, RandomBranches, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// Each seed another objective, and now and then few tiles or PLIOs.
MapOptions options_of(unsigned seed) {
  constexpr Objective objectives[] = {Objective::tiles, Objective::throughput, Objective::latency};
  MapOptions options{.objective = objectives[seed % 3]};
  if (seed % 4 == 3) options.most_tiles = 40;
  if (seed % 5 == 4) options.plios = 2;
  return options;
}

TEST_P(RandomBranches, MapOrSayWhyNot) {
  int mapped = 0;
  constexpr int networks = 120;
  const Target& target = registries.target(GetParam());
  for (unsigned seed = 0; seed < networks; ++seed) {
    const MapResult result = map(registries, RandomNetwork(registries, seed).build(), GetParam(), options_of(seed));
    mapped += result.design.has_value();
    if (result.design) {
      EXPECT_TRUE(check_legality(*result.design, target, target.devices.front()).empty()) << "seed " << seed;
      continue;
    }
    ASSERT_FALSE(result.diagnostics.all().empty()) << "seed " << seed;
    for (const Diagnostic& diagnostic : result.diagnostics.all()) {
      EXPECT_FALSE(diagnostic.reason.empty()) << "seed " << seed;
      EXPECT_NE(diagnostic.kind, ProblemKind::internal) << "seed " << seed << ": " << text_of(diagnostic);
    }
  }
  EXPECT_GT(mapped, networks / 2);
}

TEST_P(RandomBranches, ComputeWhatTheReferenceComputes) {
  const char* wanted = std::getenv("TILEWRIGHT_RANDOM_NETWORKS");
  const int networks = wanted != nullptr ? std::atoi(wanted) : 1;
  int ran = 0;
  for (unsigned seed = 0; ran < networks && seed < 1000; ++seed) {
    const Graph graph = RandomNetwork(registries, seed).build();
    const MapOptions options = options_of(seed);
    if (!map(registries, graph, GetParam(), options).design) continue;
    ++ran;
    SCOPED_TRACE(fmt::format("seed {}", seed));
    expect_bit_exact(registries, graph, GetParam(), seed, options);
  }
  EXPECT_EQ(ran, networks);
}

} // namespace
} // namespace tilewright::testing
