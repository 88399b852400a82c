#include "backends/common/tiling_search.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <tuple>

namespace tilewright {

namespace {

using Cost = std::int64_t;
constexpr Cost impossible = std::numeric_limits<Cost>::max() / 4;
constexpr std::size_t most_candidates = 160; // a layer; the ones with the fewest tiles

// Weights of the objective: tiles before buffers before padding.
constexpr Cost cost_of_tile = 1'000'000'000;
constexpr Cost cost_of_buffer = 1'000'000;

struct Candidate {
  Tiling tiling;
  Cost own = 0;                   // tiles, padding, buffers to the outside
  Cost total = 0;                 // with the best choices of everything behind it
  std::vector<std::size_t> next;  // those choices, by consumer
};

// Slices may be larger than needed, so that neighbours agree on them.
std::vector<std::int64_t> slice_choices(std::int64_t least, std::int64_t unit) {
  std::vector<std::int64_t> choices;
  for (const std::int64_t step : {unit, std::int64_t{16}, std::int64_t{32}, std::int64_t{64}}) {
    const std::int64_t slice = round_up(least, step);
    if (slice % unit == 0 && std::ranges::find(choices, slice) == choices.end()) choices.push_back(slice);
  }
  return choices;
}

std::vector<Tiling> with_slices(const Tiling& tiling) {
  std::vector<Tiling> result;
  for (const std::int64_t input : slice_choices(tiling.input_slice, tiling.shape.inner)) {
    for (const std::int64_t output : slice_choices(tiling.output_slice, tiling.shape.columns)) {
      if (tiling.same_slice && input != output) continue;
      Tiling choice = tiling;
      choice.input_slice = input;
      choice.output_slice = output;
      result.push_back(choice);
    }
  }
  return result;
}

class Search {
public:
  Search(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target, const Device& device,
         std::int64_t rows, int most_rows)
      : graph_(graph), layers_(layers), target_(target), device_(device), rows_(rows), most_rows_(most_rows) {}

  SearchResult run() {
    SearchResult result;
    consumers_.resize(layers_.size());
    candidates_.resize(layers_.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].producer >= 0) consumers_[static_cast<std::size_t>(layers_[i].producer)].push_back(i);
    }
    // Consumers stand behind their producers, so going backwards sees every choice behind a layer first.
    for (std::size_t i = layers_.size(); i-- > 0;) {
      std::vector<Refusal> refusals;
      candidates_[i] = candidates_for(i, refusals);
      if (candidates_[i].empty()) {
        result.blocking = static_cast<int>(i);
        result.refusals = std::move(refusals);
        return result;
      }
    }
    std::vector<std::size_t> choice(layers_.size(), 0);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (layers_[i].producer < 0) choice[i] = cheapest(candidates_[i]);
      const Candidate& chosen = candidates_[i][choice[i]];
      for (std::size_t k = 0; k < consumers_[i].size(); ++k) choice[consumers_[i][k]] = chosen.next[k];
      result.tilings.push_back(chosen.tiling);
      result.tiles += chosen.tiling.tiles();
    }
    return result;
  }

private:
  std::int64_t row_bytes(ElementType element) const { return rows_ * static_cast<std::int64_t>(size_in_bytes(element)); }

  // Tilings that fit a tile, cheapest first, without regard to what is behind them.
  std::vector<Candidate> fitting(std::size_t index, std::vector<Refusal>& refusals) const {
    const SearchLayer& layer = layers_[index];
    const LoweringContext context{graph_, *layer.layer, target_, device_};
    std::vector<Candidate> result;
    for (const Tiling& minimal : layer.tilings) {
      if (minimal.rows > most_rows_) continue;
      for (const Tiling& tiling : with_slices(minimal)) {
        const std::optional<Refusal> refusal = exceeds_banks(layer.lowering->memory(context, tiling, rows_), target_);
        if (refusal) {
          if (refusals.empty()) refusals.push_back(*refusal);
          continue;
        }
        const std::optional<Cost> outside = outside_buffers(layer, tiling);
        if (!outside) {
          if (refusals.empty()) refusals.push_back({ProblemKind::device, "memory tile", "one slice of all rows of an iteration exceeds a memory tile", tiling.input_slice * rows_, target_.memory_tile_bytes, "use a smaller batch"});
          continue;
        }
        const Cost padding = tiling.columns * tiling.input_slice + tiling.rows * tiling.output_slice;
        result.push_back({tiling, tiling.tiles() * cost_of_tile + *outside * cost_of_buffer + padding, 0, {}});
      }
    }
    std::ranges::stable_sort(result, {}, [](const Candidate& c) { return c.own; });
    return result;
  }

  std::optional<Cost> outside_buffers(const SearchLayer& layer, const Tiling& tiling) const {
    Cost buffers = 0;
    if (layer.producer < 0) {
      const auto ports = ports_per_plio(input_ports(tiling), row_bytes(layer.input), target_.memory_tile_dma_out, target_);
      if (!ports) return std::nullopt;
      buffers += static_cast<Cost>(ports->size());
    }
    if (layer.leaves) {
      const auto ports = ports_per_plio(output_ports(tiling), row_bytes(layer.output), target_.memory_tile_dma_in, target_);
      if (!ports) return std::nullopt;
      buffers += static_cast<Cost>(ports->size());
    }
    return buffers;
  }

  Cost edge_cost(const Tiling& from, const Tiling& to, ElementType element) const {
    if (connects_directly(output_ports(from), input_ports(to))) return 0;
    const std::optional<int> buffers = buffers_between(output_ports(from), input_ports(to), row_bytes(element), target_);
    return buffers ? *buffers * cost_of_buffer : impossible;
  }

  std::vector<Candidate> candidates_for(std::size_t index, std::vector<Refusal>& refusals) const {
    std::vector<Candidate> result;
    for (Candidate& candidate : fitting(index, refusals)) {
      candidate.total = candidate.own;
      for (const std::size_t consumer : consumers_[index]) {
        Cost best = impossible;
        std::size_t best_choice = 0;
        for (std::size_t k = 0; k < candidates_[consumer].size(); ++k) {
          const Candidate& next = candidates_[consumer][k];
          if (next.total >= best) continue;
          const Cost cost = next.total + edge_cost(candidate.tiling, next.tiling, layers_[consumer].input);
          if (cost < best) {
            best = cost;
            best_choice = k;
          }
        }
        candidate.total = std::min(impossible, candidate.total + best);
        candidate.next.push_back(best_choice);
      }
      if (candidate.total < impossible) result.push_back(std::move(candidate));
      if (result.size() == most_candidates) break;
    }
    if (result.empty() && refusals.empty()) {
      refusals.push_back({ProblemKind::device, "memory-tile ports", "no pair of tilings of this layer and the next one meets in memory tiles",
                          0, target_.memory_tile_dma_in, "use feature counts that are multiples of 64"});
    }
    return result;
  }

  static std::size_t cheapest(const std::vector<Candidate>& candidates) {
    const auto best = std::ranges::min_element(candidates, {}, [](const Candidate& c) { return c.total; });
    return static_cast<std::size_t>(best - candidates.begin());
  }

  const Graph& graph_;
  const std::vector<SearchLayer>& layers_;
  const Target& target_;
  const Device& device_;
  std::int64_t rows_;
  int most_rows_;
  std::vector<std::vector<std::size_t>> consumers_;
  std::vector<std::vector<Candidate>> candidates_;
};

} // namespace

SearchResult search_tilings(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target,
                            const Device& device, std::int64_t rows_per_iteration, int most_rows) {
  return Search(graph, layers, target, device, rows_per_iteration, most_rows).run();
}

} // namespace tilewright
