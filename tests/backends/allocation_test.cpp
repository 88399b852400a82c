// The allocation of tiles to layers against trying all choices: networks of up to six layers on a small array.
#include "backends/common/tiling_budget.h"
#include "backends/common/tiling_choice.h"
#include "backends/common/views.h"
#include "network_builder.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

constexpr std::int64_t buffer_cycles = 100;
constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();

// What a choice of one candidate a layer costs.
struct Totals {
  std::int64_t tiles = 0;
  std::int64_t cycles = 0;  // of the slowest layer
  std::int64_t latency = 0; // summed, with memory-tile buffers
};

class Allocation : public ::testing::Test {
protected:
  Registries registries;
  const Target& target = registries.target("aie-ml");
  Device device = small_device();
  std::mt19937 random{3};

  Device small_device() const {
    Device device = target.devices.front();
    device.columns = 4;
    device.rows = 2;
    return device;
  }

  std::int64_t below(std::int64_t count) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(count)); }

  // Every layer reads the input or an earlier layer. With `sums` some add two earlier results up.
  Graph random_network(int layers, std::int64_t rows, bool sums) {
    NetworkBuilder net(registries, "random", random());
    std::vector<ValueId> values{net.input("x", rows, 8 << below(4))};
    std::vector<bool> read;
    const auto reading = [&](std::size_t index) {
      if (index > 0) read[index - 1] = true;
      return values[index];
    };
    for (int i = 0; i < layers; ++i) {
      const auto index =
          values.size() == 1 ? 0 : 1 + static_cast<std::size_t>(below(static_cast<int>(values.size()) - 1));
      std::optional<std::size_t> other;
      for (std::size_t k = 1; sums && k < values.size(); ++k) {
        if (k != index && index > 0 && net.features(values[k]) == net.features(values[index])) other = k;
      }
      read.push_back(false);
      if (other) {
        values.push_back(net.requantize({.multiplier = {1, 1}, .shift = 1}, {reading(index), reading(*other)}));
      } else {
        values.push_back(net.layer(reading(index), 8 << below(sums ? 2 : 4)));
      }
    }
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (!read[i]) net.graph.add_output("y" + std::to_string(i), values[i + 1]);
    }
    return std::move(net.graph);
  }

  std::vector<SearchLayer> search_layers(const Graph& graph, const Partition& parts, std::int64_t rows) {
    std::vector<SearchLayer> layers;
    for (const Layer& layer : parts.layers) {
      SearchLayer entry;
      entry.layer = &layer;
      entry.lowering = lowerings_for(registries.lowerings, graph.node(layer.node).op->name, target.backend).front();
      entry.output = graph.type(layer.output).element;
      entry.leaves = std::ranges::find(parts.leaving, layer.output) != parts.leaving.end();
      for (const LayerInput& input : layer.inputs) {
        GroupInput operand{graph.type(input.operand).element, true, false, {}};
        const Segment& all = input.segments.front();
        InputPart part{-1, all.value, 0, all.features, segment_room(all.features)};
        for (std::size_t i = 0; i < layers.size(); ++i) {
          if (layers[i].layer->output == all.value) part.producer = static_cast<int>(i);
        }
        operand.parts.push_back(part);
        entry.inputs.push_back(operand);
      }
      entry.tilings = entry.lowering->assess({graph, layer, target, device, rows, true}).tilings;
      // A few of them, so that all choices can be tried.
      while (entry.tilings.size() > (parts.layers.size() > 4 ? 2U : 3U))
        entry.tilings.erase(entry.tilings.begin() + below(static_cast<std::int64_t>(entry.tilings.size())));
      layers.push_back(std::move(entry));
    }
    return layers;
  }

  // Calls visit(totals) for every choice of which all operands meet their producers; false if there are too many.
  bool for_every_choice(const TilingSearch& search, const std::vector<SearchLayer>& layers,
                        const std::function<void(const Totals&)>& visit) {
    std::int64_t left = 400'000;
    std::vector<const TilingCandidate*> chosen;
    const std::function<void(const Totals&)> extend = [&](const Totals& before) {
      if (chosen.size() == layers.size()) return visit(before);
      for (const TilingCandidate& candidate : search.candidates(chosen.size())) {
        if (--left < 0) return;
        Totals totals{before.tiles + candidate.tiling.columns * candidate.tiling.rows,
                      std::max(before.cycles, candidate.cycles),
                      before.latency + candidate.latency + candidate.buffers * buffer_cycles};
        bool meets = true;
        for (const GroupInput& operand : layers[chosen.size()].inputs) {
          const int producer = operand.parts.front().producer;
          if (producer < 0) continue;
          const PortSet& from = chosen[static_cast<std::size_t>(producer)]->ports.output;
          if (connects_directly(from, candidate.ports.input)) continue;
          const auto bytes = static_cast<std::int64_t>(size_in_bytes(operand.element));
          const std::optional<BufferCut> cut = buffers_between(from, candidate.ports.input, bytes, target);
          meets = meets && cut;
          if (cut) totals.latency += cut->features * cut->rows * cut->copies * buffer_cycles;
        }
        if (!meets) continue;
        chosen.push_back(&candidate);
        extend(totals);
        chosen.pop_back();
      }
    };
    extend({});
    return left >= 0;
  }

  // The fewest cycles of the slowest layer with at most so many tiles, as the choice of tilings looks for it.
  std::int64_t shortest(const TilingSearch& search, SearchLimits limits, int tiles) const {
    for (const std::int64_t level : search.cycle_levels()) {
      limits.most_cycles = level;
      const int fewest = search.cheapest(limits).fewest_tiles;
      if (fewest > 0 && fewest <= tiles) return level;
    }
    return none;
  }
};

TEST_F(Allocation, UpToSixLayersAsTryingAll) {
  constexpr int most_tiles = 30; // more than the array has: the search only adds up
  int tried = 0;
  for (int round = 0; round < 150; ++round) {
    const bool sums = round % 5 == 4;
    const std::int64_t rows = 4 << below(3);
    const Graph graph = random_network(1 + round % 6, rows, sums);
    Diagnostics diagnostics;
    const Partition parts = *partition(graph, diagnostics);
    const std::vector<SearchLayer> layers = search_layers(graph, parts, rows);
    const TilingSearch search(graph, layers, target, device, {.rows = rows}, rows);
    std::int64_t fewest = none;
    std::vector<std::int64_t> cycles(most_tiles + 1, none);
    std::vector<std::int64_t> latency(most_tiles + 1, none);
    const bool all = for_every_choice(search, layers, [&](const Totals& totals) {
      fewest = std::min(fewest, totals.tiles);
      for (std::int64_t t = totals.tiles; t <= most_tiles; ++t) {
        cycles[static_cast<std::size_t>(t)] = std::min(cycles[static_cast<std::size_t>(t)], totals.cycles);
        latency[static_cast<std::size_t>(t)] = std::min(latency[static_cast<std::size_t>(t)], totals.latency);
      }
    });
    if (!all) continue;
    ++tried;
    SCOPED_TRACE(::testing::Message() << "network " << round << " of " << layers.size() << " layers");
    const SearchLimits limits{.most_rows = device.rows, .proven_banks_only = false};
    const TilingSearchResult least = search.cheapest(limits);
    const LatencyByTiles table(search, limits, most_tiles, buffer_cycles);
    if (search.is_forest()) {
      EXPECT_EQ(least.tilings.empty(), fewest == none);
      EXPECT_EQ(least.tilings.empty() ? none : least.tiles, fewest);
    }
    EXPECT_LE(least.fewest_tiles, fewest);
    for (int tiles = 0; tiles <= most_tiles; ++tiles) {
      const std::int64_t interval = shortest(search, limits, tiles);
      const std::int64_t first = table.least(tiles).value_or(none);
      EXPECT_LE(interval, cycles[static_cast<std::size_t>(tiles)]) << tiles << " tiles";
      EXPECT_LE(first, latency[static_cast<std::size_t>(tiles)]) << tiles << " tiles";
      if (!search.is_forest()) continue;
      EXPECT_EQ(interval, cycles[static_cast<std::size_t>(tiles)]) << tiles << " tiles";
      EXPECT_EQ(first, latency[static_cast<std::size_t>(tiles)]) << tiles << " tiles";
      if (first == none) continue;
      // The choice behind the number is one with that number.
      const TilingSearchResult choice = search.improved(table.choice(tiles), limits, {}, tiles);
      EXPECT_LE(choice.tiles, tiles);
      EXPECT_EQ(choice.latency + choice.buffers * buffer_cycles, first) << tiles << " tiles";
    }
  }
  EXPECT_GT(tried, 60);
}

// With sums the choice is improved step by step: never better than the best, never more tiles than allowed.
TEST_F(Allocation, SumsKeepToTheLimits) {
  constexpr int most_tiles = 8;
  int sums = 0;
  for (int round = 0; round < 40; ++round) {
    const Graph graph = random_network(4, 8, true);
    Diagnostics diagnostics;
    const Partition parts = *partition(graph, diagnostics);
    const std::vector<SearchLayer> layers = search_layers(graph, parts, 8);
    const TilingSearch search(graph, layers, target, device, {.rows = 8}, 8);
    if (search.is_forest()) continue;
    ++sums;
    std::int64_t best = none;
    const bool all = for_every_choice(search, layers, [&](const Totals& totals) {
      if (totals.tiles <= most_tiles) best = std::min(best, totals.latency);
    });
    const SearchLimits limits{.most_rows = device.rows, .proven_banks_only = false};
    const LatencyByTiles table(search, limits, most_tiles, buffer_cycles);
    if (!all || !table.least(most_tiles)) continue;
    const SearchWeights weights{.tile = 1, .buffer = buffer_cycles * 1000, .latency = 1000};
    const TilingSearchResult result = search.improved(table.choice(most_tiles), limits, weights, most_tiles);
    if (result.tilings.empty()) continue;
    EXPECT_LE(result.tiles, most_tiles);
    EXPECT_GE(result.latency + result.buffers * buffer_cycles, best);
    EXPECT_LE(*table.least(most_tiles), best);
  }
  EXPECT_GT(sums, 5);
}

// What a Design says of its search, for networks whose tilings can all be tried.
TEST_F(Allocation, OptimalIsSaidOnlyWhereItIsTrue) {
  device.columns = 3;
  device.rows = 1;
  int optimal = 0;
  int tried = 0;
  for (int round = 0; round < 30; ++round) {
    const Graph graph = random_network(1 + static_cast<int>(below(2)), 4, false);
    Diagnostics diagnostics;
    const Partition parts = *partition(graph, diagnostics);
    std::vector<SearchLayer> layers = search_layers(graph, parts, 4);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      layers[i].tilings = layers[i].lowering->assess({graph, parts.layers[i], target, device, 4, true}).tilings;
    }
    const TilingSearch search(graph, layers, target, device, {.rows = 4}, 4);
    Totals best{none, none, none};
    const bool all = for_every_choice(search, layers, [&](const Totals& totals) {
      if (totals.tiles > 3) return;
      best = {std::min(best.tiles, totals.tiles), std::min(best.cycles, totals.cycles),
              std::min(best.latency, totals.latency)};
    });
    for (const Objective objective : {Objective::tiles, Objective::throughput, Objective::latency}) {
      const auto design = map_graph(graph, target, device, registries.lowerings, diagnostics, {.objective = objective});
      if (!design || !all) continue;
      ++tried;
      const std::int64_t least = objective == Objective::tiles        ? best.tiles
                                 : objective == Objective::throughput ? best.cycles
                                                                      : best.latency;
      EXPECT_LE(design->search.lower_bound, least) << name_of(objective);
      EXPECT_GE(design->search.cycles, least) << name_of(objective);
      EXPECT_EQ(design->search.optimal, design->search.cycles == design->search.lower_bound);
      if (design->search.optimal) {
        EXPECT_EQ(design->search.cycles, least) << name_of(objective);
      }
      optimal += design->search.optimal;
    }
  }
  EXPECT_GT(tried, 30);
  EXPECT_GT(optimal, 20);
}

} // namespace
} // namespace tilewright::testing
