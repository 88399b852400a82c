// Chooses how every layer is cut, over the candidate tilings of a network: exactly where each layer has one computed
// input (a forest), by dynamic programming from the last layers to the first. Where layers have several, one of them
// carries the programming, which then is a bound, and what it found is improved layer by layer until no single change
// helps.
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
  int most_plios = 0;   // of each tensor to or from outside; 0: no limit
  int producer() const; // the last of the layers that make its inputs; -1: all come from outside
};

// Heights that groups of tiles may have, so that they fit beside and on top of each other.
enum class Heights {
  any,
  dividing, // the array's
  full,     // the array's itself, and for groups of fewer tiles what divides it
};

struct SearchLimits {
  int most_rows = 0;              // of a group of tiles
  Heights heights = Heights::any; // with most_rows for the array's
  int most_tiles = 0;             // of one layer
  // The bank plan that is known to build; otherwise input buffers lie in their own tile if they can.
  bool proven_banks_only = true;
  std::int64_t most_cycles = std::numeric_limits<std::int64_t>::max(); // of one iteration in each layer
};

// The cost of a choice is the sum of these; smaller counts decide only among what costs the same.
struct SearchWeights {
  std::int64_t tile = 100'000'000'000;
  std::int64_t kept_free = 0; // of a tile to the west that holds input buffers alone
  std::int64_t buffer = 1'000'000;
  std::int64_t latency = 0; // of a cycle of latency, summed over the layers
};

struct TilingSearchResult {
  std::vector<Tiling> tilings;   // one a layer; empty if there is none
  std::vector<LayerPorts> ports; // of the tilings
  int tiles = 0;
  int fewest_tiles = 0;        // with the default weights: no choice within the limits has fewer
  std::int64_t buffers = 0;    // in memory tiles
  std::int64_t streams_in = 0; // from memory tiles into the array
  std::int64_t streams_out = 0;
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

// Between a layer and the producer that carries the programming: the memory-tile buffers for each pair of their ports.
struct Join {
  static constexpr int impossible = -1; // they do not meet
  std::size_t inputs = 0;               // different ones of the layer
  std::vector<int> buffers;             // [the producer's output * inputs + the layer's input]
  int between(std::size_t output, std::size_t input) const { return buffers[output * inputs + input]; }
};

class TilingSearch {
public:
  TilingSearch(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target, const Device& device,
               const Iteration& iteration, std::int64_t model_rows);

  // The cheapest choice within the limits.
  TilingSearchResult cheapest(const SearchLimits& limits, const SearchWeights& weights = {}) const;

  // Starts from one candidate a layer: where layers have several computed inputs, changes one layer at a time as long
  // as that makes the sum smaller, and keeps to `most_tiles` together.
  TilingSearchResult improved(std::vector<const TilingCandidate*> chosen, const SearchLimits& limits,
                              const SearchWeights& weights, std::int64_t most_tiles) const;

  // Every number of cycles that is some candidate's, ascending.
  std::vector<std::int64_t> cycle_levels() const;

  // Of the slowest layer, each with its fastest candidate.
  std::int64_t least_cycles(const SearchLimits& limits) const;

  // Whether each layer has at most one computed input.
  bool is_forest() const;

  // For programs over the candidates.
  std::size_t layer_count() const { return layers_.size(); }
  bool is_root(std::size_t layer) const { return layers_[layer].producer() < 0; }
  const std::vector<TilingCandidate>& candidates(std::size_t layer) const { return candidates_[layer]; }
  const std::vector<std::size_t>& consumers(std::size_t layer) const { return consumers_[layer]; }
  const std::vector<PortSet>& inputs(std::size_t layer) const { return inputs_[layer]; }
  const std::vector<PortSet>& outputs(std::size_t layer) const { return outputs_[layer]; }
  const Join& join(std::size_t layer) const { return joins_[layer]; } // not of roots

private:
  void collect(std::size_t index);
  void join_layers();
  Join join_of(std::size_t layer) const;
  LoweringContext context_of(const SearchLayer& layer) const;
  // Memory-tile buffers between an operand's producers and the layer that reads it, none where they connect directly;
  // nullopt where they cannot meet. Producers without ports in `ports` need nothing yet.
  std::optional<int> buffers_of(const GroupInput& input, const std::vector<const LayerPorts*>& ports,
                                const LayerPorts& to) const;
  std::int64_t inputs_cost(std::size_t layer, const std::vector<const LayerPorts*>& ports, const LayerPorts& to,
                           const SearchWeights& weights) const;
  int improve(std::vector<const TilingCandidate*>& chosen, const SearchLimits& limits, const SearchWeights& weights,
              std::int64_t most_tiles) const;
  std::vector<const TilingCandidate*> in_parts(int parts, const SearchLimits& limits,
                                               const SearchWeights& weights) const;
  bool improve_from_parts(std::vector<const TilingCandidate*>& chosen, const SearchLimits& limits,
                          const SearchWeights& weights, std::int64_t most_tiles) const;
  TilingSearchResult blocked(std::size_t layer, std::string reason) const;
  TilingSearchResult nothing_left(std::size_t layer, const SearchLimits& limits) const;
  TilingSearchResult result_of(const std::vector<const TilingCandidate*>& chosen) const;
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
  std::vector<Join> joins_;                    // by layer
};

// Whether a candidate is within the limits, and what it costs without its neighbours.
bool within(const TilingCandidate& candidate, const SearchLimits& limits);
std::int64_t own_cost(const TilingCandidate& candidate, const SearchWeights& weights);

} // namespace tilewright
