#include "backends/common/tiling_choice.h"

#include "backends/common/memory_tiles.h"
#include "backends/common/placement.h"
#include "backends/common/tiling_budget.h"

#include <algorithm>

namespace tilewright {

namespace {

// A batch is cut into at most this many iterations before more tiles are used instead.
constexpr std::int64_t most_iterations = 4096;
// Choices that are tried after the best one when its tiles do not fit side by side.
constexpr int most_placement_attempts = 24;

// Levels of the interval that are tried one by one, before each second one is, and so on.
constexpr int most_small_steps = 8;

// What a memory tile on the way adds to the latency, besides its streams.
constexpr std::int64_t buffer_cycles = 100;

class Chooser {
public:
  explicit Chooser(const MappingProblem& problem) : problem_(problem) {}

  std::optional<Mapping> run(TilingSearchResult& failure) {
    switch (problem_.options.objective) {
    case Objective::tiles:
      return fewest_tiles(failure);
    case Objective::throughput:
      return best_over_rows(failure, &Chooser::shortest_interval);
    case Objective::latency:
      break;
    }
    return best_over_rows(failure, &Chooser::earliest_output);
  }

private:
  int most_tiles() const {
    const int all = problem_.device.columns * problem_.device.rows;
    return problem_.options.most_tiles > 0 ? std::min(problem_.options.most_tiles, all) : all;
  }

  SearchLimits limits() const { return {.most_rows = problem_.device.rows, .most_tiles = most_tiles()}; }

  std::int64_t row_unit() const {
    std::int64_t unit = 1;
    if (problem_.sample_unit > 0) return unit;
    for (const SearchLayer& layer : problem_.layers) {
      for (const Tiling& tiling : layer.tilings)
        unit = std::max<std::int64_t>(unit, tiling.shape.rows);
    }
    return unit;
  }

  // Rows in an iteration when the batch is cut into `iterations`: whole blocks, and an even number of them if there are
  // more than two, so that kernels can keep two rows of accumulators.
  std::int64_t rows_for(std::int64_t iterations) const {
    if (problem_.sample_unit > 0) return 1;
    if (const auto fixed = problem_.options.config.rows_per_iteration) return *fixed;
    const std::int64_t unit = row_unit();
    const std::int64_t blocks = divide_up(divide_up(problem_.rows, iterations), unit);
    return unit * (blocks > 2 ? round_up(blocks, 2) : blocks);
  }

  TilingSearch search(std::int64_t rows_per_iteration) const {
    const Iteration iteration{problem_.sample_unit > 0, rows_per_iteration, problem_.sample_unit};
    return {problem_.graph, problem_.layers, problem_.target, problem_.device, iteration, problem_.rows};
  }

  std::optional<Mapping> placed(const TilingSearchResult& result, std::int64_t rows_per_iteration) const {
    if (result.tilings.empty() || result.tiles > most_tiles()) return std::nullopt;
    const std::int64_t memory_tiles = memory_tiles_of(problem_.device);
    if (result.buffers > memory_tiles * problem_.target.memory_tile_dma_in) return std::nullopt;
    if (result.streams_in > std::int64_t{problem_.target.streams_north} * problem_.device.columns) return std::nullopt;
    if (result.streams_out > std::int64_t{problem_.target.streams_south} * problem_.device.columns) return std::nullopt;
    std::optional<std::vector<Coordinate>> places = place_tilings(problem_, result.tilings, problem_.device.columns);
    if (!places) return std::nullopt;
    Mapping mapping{.tilings = result.tilings,
                    .ports = result.ports,
                    .places = *std::move(places),
                    .rows_per_iteration = rows_per_iteration,
                    .cycles = result.cycles,
                    .latency = result.latency + buffer_cycles * result.buffers,
                    .record = {}};
    if (!problem_.legal(mapping)) return std::nullopt;
    return mapping;
  }

  static int tiles_of(const Mapping& mapping) {
    int tiles = 0;
    for (const Tiling& tiling : mapping.tilings)
      tiles += tiling.tiles();
    return tiles;
  }

  // The fewest tiles with rows for `rows_per_iteration`, placed; heights are lowered until a placement is found, and
  // the bank plan without keep-out columns, wherever it takes no more tiles, is the last resort. `first` is what the
  // search found without lowering.
  std::optional<Mapping> map_rows(std::int64_t rows_per_iteration, TilingSearchResult& first) const {
    const TilingSearch tilings = search(rows_per_iteration);
    for (const bool proven : {true, false}) {
      SearchLimits limit = limits();
      limit.proven_banks_only = proven;
      SearchWeights weights;
      if (!proven) weights.kept_free = weights.tile / 1000; // an array of them is less than a tile
      TilingSearchResult result = tilings.cheapest(limit, weights);
      if (proven) first = result;
      while (!result.tilings.empty()) {
        if (auto mapping = placed(result, rows_per_iteration)) return mapping;
        limit.most_rows /= 2;
        if (limit.most_rows == 0) break;
        result = tilings.cheapest(limit, weights);
      }
    }
    return std::nullopt;
  }

  // A batch never costs tiles: it is cut into as few iterations as the tiles of a single block of rows allow.
  std::optional<Mapping> fewest_tiles(TilingSearchResult& failure) const {
    std::optional<Mapping> smallest =
        map_rows(problem_.options.config.rows_per_iteration.value_or(row_unit()), failure);
    if (!smallest) return std::nullopt;
    const int tiles = tiles_of(*smallest);
    // No number of rows needs fewer tiles than the fewest rows, and no bank plan fewer than the proven one, which holds
    // the most; unless the user has ruled that out.
    const auto recorded = [&](Mapping mapping) {
      mapping.record = {"tiles", tiles_of(mapping), failure.fewest_tiles, tiles_of(mapping) == failure.fewest_tiles};
      return mapping;
    };
    for (std::int64_t iterations = 1; iterations < most_iterations;) {
      const std::int64_t rows_per_iteration = rows_for(iterations);
      if (rows_per_iteration <= row_unit() || rows_per_iteration == smallest->rows_per_iteration) break;
      TilingSearchResult result;
      std::optional<Mapping> mapping = map_rows(rows_per_iteration, result);
      if (mapping && tiles_of(*mapping) <= tiles) return recorded(*std::move(mapping));
      // The next number of iterations that changes the rows.
      std::int64_t next = iterations + 1;
      while (next < problem_.rows && rows_for(next) == rows_per_iteration)
        ++next;
      iterations = next;
    }
    return recorded(*std::move(smallest));
  }

  // A mapping for one number of rows with its cost in cycles of an inference, and a bound that no choice is below.
  struct Outcome {
    std::optional<Mapping> mapping;
    std::int64_t cost = 0;
    std::int64_t bound = 0;
    TilingSearchResult last;
  };
  // The best mapping for one number of rows and one bank plan; none where the bound is not below the cost to beat.
  using Choose = Outcome (Chooser::*)(const TilingSearch&, std::int64_t, bool, std::int64_t) const;

  // The batch as a whole, in two iterations, in four ...: the best of them, with the proven bank plan where that is as
  // good.
  std::optional<Mapping> best_over_rows(TilingSearchResult& failure, Choose choose) const {
    std::optional<Mapping> best;
    std::int64_t cost = std::numeric_limits<std::int64_t>::max();
    std::int64_t bound = 0;
    std::int64_t before = 0;
    for (std::int64_t iterations = 1; iterations <= most_iterations; iterations *= 2) {
      const std::int64_t rows_per_iteration = rows_for(iterations);
      if (rows_per_iteration == before) break;
      before = rows_per_iteration;
      const TilingSearch tilings = search(rows_per_iteration);
      for (const bool proven : {true, false}) {
        Outcome outcome = (this->*choose)(tilings, rows_per_iteration, proven, cost);
        if (outcome.bound > 0 && (bound == 0 || outcome.bound < bound)) bound = outcome.bound;
        if (!outcome.mapping) {
          if (!best) failure = std::move(outcome.last);
          continue;
        }
        if (outcome.cost >= cost) continue;
        best = std::move(outcome.mapping);
        cost = outcome.cost;
      }
    }
    if (!best) {
      // Nothing faster fits side by side.
      best = fewest_tiles(failure);
      if (!best) return std::nullopt;
      const std::int64_t iterations = divide_up(problem_.rows, best->rows_per_iteration);
      const bool throughput = problem_.options.objective == Objective::throughput;
      cost = throughput ? iterations * best->cycles : best->latency + (iterations - 1) * best->cycles;
    }
    best->record = {std::string(name_of(problem_.options.objective)), cost, bound, cost == bound};
    return best;
  }

  // The first of the levels for which tilings with no slower layer have few enough tiles, by bisection: fewer cycles
  // never need fewer tiles. levels.size() if none.
  std::size_t least_level(const TilingSearch& tilings, SearchLimits limit,
                          const std::vector<std::int64_t>& levels) const {
    std::size_t low = 0;
    std::size_t high = levels.size();
    while (low < high) {
      const std::size_t middle = (low + high) / 2;
      limit.most_cycles = levels[middle];
      const TilingSearchResult result = tilings.cheapest(limit);
      const bool fits = result.fewest_tiles > 0 && result.fewest_tiles <= most_tiles();
      fits ? high = middle : low = middle + 1;
    }
    return low;
  }

  // The least level that has few enough tiles; whether these also fit side by side is tried from there on upwards.
  Outcome shortest_interval(const TilingSearch& tilings, std::int64_t rows_per_iteration, bool proven,
                            std::int64_t to_beat) const {
    const std::int64_t iterations = divide_up(problem_.rows, rows_per_iteration);
    const std::vector<std::int64_t> levels = tilings.cycle_levels();
    SearchLimits limit = limits();
    limit.proven_banks_only = proven;
    const auto at = [&](std::size_t level) {
      limit.most_cycles = levels[level];
      return tilings.cheapest(limit);
    };
    Outcome outcome;
    std::size_t low = least_level(tilings, limit, levels);
    if (low == levels.size()) {
      limit.most_cycles = SearchLimits{}.most_cycles;
      outcome.last = tilings.cheapest(limit);
      return outcome;
    }
    outcome.bound = levels[low] * iterations;
    std::pair<int, std::int64_t> tried{};
    const auto succeeds = [&](std::size_t level) {
      for (const Heights heights : {Heights::any, Heights::dividing, Heights::full}) {
        limit.heights = heights;
        const TilingSearchResult result = at(level);
        const std::pair count{result.tiles, result.buffers};
        if (result.tilings.empty() || count == tried) continue; // the same choice, most likely
        tried = count;
        outcome.last = result;
        if (auto mapping = placed(result, rows_per_iteration)) {
          outcome.mapping = std::move(mapping);
          outcome.cost = outcome.mapping->cycles * iterations;
          return true;
        }
      }
      return false;
    };
    // One level after the other, then in larger and larger steps; the last step is halved again.
    std::size_t step = 1;
    std::size_t failed = low;
    for (int attempts = 1; low < levels.size() && levels[low] * iterations < to_beat; low += step) {
      if (succeeds(low)) break;
      failed = low;
      if (attempts++ % most_small_steps == 0) step *= 2;
    }
    if (!outcome.mapping) return outcome;
    while (low > failed + 1) {
      const std::size_t middle = failed + (low - failed) / 2;
      succeeds(middle) ? low = middle : failed = middle;
    }
    return outcome;
  }

  // The slowest layer counts for every further iteration, so latencies are looked for below several limits of it: from
  // the least level on, in steps. Cycles that a choice within one limit and not within the one before has at least.
  struct CycleLimit {
    std::int64_t most = 0;
    std::int64_t least = 0;
  };
  std::vector<CycleLimit> cycle_limits(const TilingSearch& tilings, const SearchLimits& limit,
                                       std::int64_t further) const {
    constexpr double steps[] = {1.0, 1.3, 1.7, 2.5};
    constexpr std::size_t many_layers = 24; // chains of so many come near their bound without
    const std::int64_t no_limit = SearchLimits{}.most_cycles;
    if (further == 0) return {{no_limit, 0}};
    const std::vector<std::int64_t> levels = tilings.cycle_levels();
    const std::size_t first = least_level(tilings, limit, levels);
    if (first == levels.size()) return {{no_limit, 0}};
    if (tilings.layer_count() > many_layers) return {{no_limit, levels[first]}};
    std::vector<CycleLimit> limits;
    std::size_t next = first;
    for (const double step : steps) {
      if (next == levels.size()) return limits;
      const auto most = static_cast<std::int64_t>(step * static_cast<double>(levels[first]));
      if (levels[next] > most) continue;
      limits.push_back({most, levels[next]});
      next = static_cast<std::size_t>(std::ranges::upper_bound(levels, most) - levels.begin());
    }
    if (next < levels.size()) limits.push_back({no_limit, levels[next]});
    return limits;
  }

  // Latencies summed over the layers, and for every further iteration the slowest layer.
  Outcome earliest_output(const TilingSearch& tilings, std::int64_t rows_per_iteration, bool proven,
                          std::int64_t to_beat) const {
    constexpr std::int64_t cycle = 1'000'000; // so that tiles decide only among equals
    constexpr SearchWeights weights{.tile = 1, .buffer = buffer_cycles * cycle, .latency = cycle};
    const std::int64_t further = divide_up(problem_.rows, rows_per_iteration) - 1;
    const auto cost_of = [&](const TilingSearchResult& result) {
      return result.latency + buffer_cycles * result.buffers + further * result.cycles;
    };
    SearchLimits limit = limits();
    limit.proven_banks_only = proven;
    Outcome outcome;
    const auto accept = [&](const TilingSearchResult& result) {
      outcome.last = result;
      if (outcome.mapping && cost_of(result) >= outcome.cost) return true;
      std::optional<Mapping> mapping = placed(result, rows_per_iteration);
      if (!mapping) return false;
      outcome.mapping = std::move(mapping);
      outcome.cost = cost_of(result);
      return true;
    };
    const TilingSearchResult unlimited = tilings.cheapest(limit, weights);
    outcome.last = unlimited;
    if (unlimited.fewest_tiles == 0) return outcome;
    const std::vector<CycleLimit> cycle_limits = this->cycle_limits(tilings, limit, further);
    if (tilings.is_forest()) {
      outcome.bound = unlimited.latency + buffer_cycles * unlimited.buffers + further * cycle_limits.front().least;
      if (outcome.bound >= to_beat) return outcome;
      if (accept(unlimited) && outcome.cost == outcome.bound) return outcome;
    }
    const int attempts = std::max(most_placement_attempts / static_cast<int>(cycle_limits.size()), 12);
    for (const Heights heights : {Heights::any, Heights::dividing, Heights::full}) {
      limit.heights = heights;
      std::int64_t bound = 0; // over all limits of cycles
      for (const CycleLimit& cycles : cycle_limits) {
        limit.most_cycles = cycles.most;
        const LatencyByTiles table(tilings, limit, most_tiles(), buffer_cycles);
        const std::optional<std::int64_t> least = table.least(most_tiles());
        if (!least) continue;
        const std::int64_t here = *least + further * cycles.least;
        bound = bound == 0 ? here : std::min(bound, here);
        int tiles = most_tiles();
        for (int attempt = 0; attempt < attempts && tiles >= 0 && table.least(tiles); ++attempt) {
          const std::int64_t limit_here = std::min(to_beat, outcome.mapping ? outcome.cost : to_beat);
          if (*table.least(tiles) + further * cycles.least >= limit_here) break;
          const std::vector<const TilingCandidate*> choice = table.choice(tiles);
          if (accept(tilings.improved(choice, limit, weights, tiles))) break;
          int used = 0;
          for (const TilingCandidate* candidate : choice)
            used += candidate->tiling.tiles();
          tiles = std::min(used - 1, tiles - most_tiles() / attempts);
        }
      }
      if (heights != Heights::any) continue;
      if (bound == 0) {
        limit.most_cycles = SearchLimits{}.most_cycles;
        outcome.last = tilings.cheapest(limit);
        return outcome;
      }
      outcome.bound = bound;
    }
    return outcome;
  }

  const MappingProblem& problem_;
};

} // namespace

std::optional<Mapping> choose_mapping(const MappingProblem& problem, TilingSearchResult& failure) {
  return Chooser(problem).run(failure);
}

std::optional<std::vector<Coordinate>> place_tilings(const MappingProblem& problem, const std::vector<Tiling>& tilings,
                                                     int columns) {
  PlacementProblem placement{columns, problem.device.rows, {}};
  for (std::size_t i = 0; i < tilings.size(); ++i) {
    placement.boxes.push_back({.width = tilings[i].columns,
                               .height = tilings[i].rows,
                               .producer = problem.layers[i].producer(),
                               .keep_out = tilings[i].input_in_west ? 1 : 0,
                               .anchor = problem.layers[i].fixed.place});
    for (const GroupInput& input : problem.layers[i].inputs) {
      for (const InputPart& part : input.parts) {
        const bool known = part.producer < 0 || part.producer == problem.layers[i].producer();
        if (!known) placement.edges.push_back({part.producer, static_cast<int>(i)});
      }
    }
  }
  return place(placement);
}

} // namespace tilewright
