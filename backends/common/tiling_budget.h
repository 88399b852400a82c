// The least latency for every number of tiles, by dynamic programming over the candidate tilings and the tiles they use
// together: exact where each layer has one computed input (TilingSearch::is_forest), a lower bound otherwise.
#pragma once

#include "backends/common/tiling_search.h"

#include <optional>
#include <vector>

namespace tilewright {

class LatencyByTiles {
public:
  // Latency counts as candidates' latencies summed over the layers, and `buffer_cycles` for every memory-tile buffer.
  LatencyByTiles(const TilingSearch& search, const SearchLimits& limits, int most_tiles, std::int64_t buffer_cycles);

  // Of all choices with at most `tiles` tiles together; nullopt if there is none.
  std::optional<std::int64_t> least(int tiles) const;

  // The choice behind it, one candidate a layer, with as few tiles as that latency allows. Only where least() has a
  // value.
  std::vector<const TilingCandidate*> choice(int tiles) const;

private:
  using Costs = std::vector<std::int64_t>; // by number of tiles, each the least up to that number
  static Costs together(const Costs& a, const Costs& b);
  Costs behind(std::size_t consumer, std::size_t output) const;
  Costs all_behind(std::size_t layer, std::size_t output, std::size_t consumers) const;
  Costs of_root(std::size_t layer) const;
  std::int64_t own(const TilingCandidate& candidate) const;
  void choose(std::size_t layer, std::size_t input, int tiles, std::vector<const TilingCandidate*>& chosen) const;

  const TilingSearch& search_;
  SearchLimits limits_;
  std::size_t count_; // of numbers of tiles, 0 included
  std::int64_t buffer_cycles_;
  std::vector<std::vector<Costs>> best_; // by layer and its different inputs: the layer with everything behind it
  std::vector<std::size_t> roots_;
  std::vector<Costs> first_roots_; // [k]: roots 0 to k together
};

} // namespace tilewright
