// Chooses how every layer is cut, over the candidate tilings of a network: exactly where each layer has one computed
// input (a forest), by dynamic programming from the last layers to the first. Where layers have several, one of them
// carries the programming, and what it found is improved layer by layer until no single change helps.
#pragma once

#include "backends/common/lowering.h"
#include "backends/common/map_config.h"
#include "backends/common/transport.h"

#include <limits>
#include <vector>

namespace tilewright {

struct SearchLayer {
  const Layer* layer = nullptr;
  const Lowering* lowering = nullptr;
  std::vector<Tiling> tilings; // with minimal slices
  LayerConfig fixed;           // by the user's configuration
  std::vector<GroupInput> inputs;
  ElementType output = ElementType::int8;
  bool leaves = false;  // the result goes outside
  int producer() const; // the last of the layers that make its inputs; -1: all come from outside
};

struct SearchLimits {
  int most_rows = 0;  // of a group of tiles
  int most_tiles = 0; // of one layer
  bool proven_banks_only =
      true; // the bank plan that is known to build; otherwise input buffers lie in their own tile if they can
  std::int64_t most_cycles = std::numeric_limits<std::int64_t>::max(); // of one iteration in each layer
};

// The cost of a choice is the sum of these; smaller counts decide only among what costs the same.
struct SearchWeights {
  std::int64_t tile = 1'000'000'000;
  std::int64_t buffer = 1'000'000;
  std::int64_t latency = 0; // of a cycle of latency, summed over the layers
};

struct TilingSearchResult {
  std::vector<Tiling> tilings;   // one a layer; empty if there is none
  std::vector<LayerPorts> ports; // of the tilings
  int tiles = 0;
  std::int64_t buffers = 0; // in memory tiles
  std::int64_t cycles = 0;  // of the slowest layer in one iteration: its kernels, and the streams at its ports
  std::int64_t latency = 0; // summed over the layers
  int blocking = -1;        // without a result: the first layer for which nothing fits
  std::vector<Refusal> refusals;
};

// One choice for one layer, with everything about it that does not depend on its neighbours.
struct TilingCandidate {
  Tiling tiling;
  LayerPorts ports;
  std::size_t input = 0;    // number of ports.input among the layer's different ones
  std::size_t output = 0;   // the same of ports.output
  std::int64_t cycles = 0;  // the slowest of its kernels and streams
  std::int64_t latency = 0; // from its input's first word on a stream to its last result in a buffer
  std::int64_t buffers = 0; // in memory tiles, to the outside
  std::int64_t padding = 0; // features
};

class TilingSearch {
public:
  TilingSearch(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target, const Device& device,
               const Iteration& iteration, std::int64_t model_rows);

  // The cheapest choice within the limits.
  TilingSearchResult cheapest(const SearchLimits& limits, const SearchWeights& weights = {}) const;

  // Every number of cycles that is some candidate's, ascending.
  std::vector<std::int64_t> cycle_levels() const;

private:
  struct Alternative {
    const TilingCandidate* candidate = nullptr;
    std::int64_t own = 0; // cost without the neighbours
  };
  bool is_forest() const;
  int improve(const std::vector<std::vector<Alternative>>& alternatives, const SearchWeights& weights,
              std::vector<const TilingCandidate*>& chosen) const;
  void collect(std::size_t index);
  LoweringContext context_of(const SearchLayer& layer) const;
  RowLayout layout_of_value(ValueId value) const;
  // Memory-tile buffers between an operand's producers and the layer that reads it, none where they connect directly;
  // nullopt where they cannot meet. Producers without ports in `ports` need nothing yet.
  std::optional<int> buffers_of(const GroupInput& input, const std::vector<const LayerPorts*>& ports,
                                const LayerPorts& to) const;
  std::int64_t edge_cost(const GroupInput& input, const std::vector<const LayerPorts*>& ports, const LayerPorts& to,
                         const SearchWeights& weights) const;
  void add_times(const SearchLayer& layer, TilingCandidate& candidate) const;

  const Graph& graph_;
  const std::vector<SearchLayer>& layers_;
  const Target& target_;
  const Device& device_;
  Iteration iteration_;
  std::int64_t model_rows_;
  std::vector<std::vector<std::size_t>> consumers_;
  std::vector<std::vector<TilingCandidate>> candidates_; // by layer
  std::vector<std::vector<PortSet>> inputs_;             // by layer: different ones of its candidates
  std::vector<std::vector<PortSet>> outputs_;
  std::vector<std::vector<Refusal>> refusals_; // by layer: why the others are none
};

} // namespace tilewright
