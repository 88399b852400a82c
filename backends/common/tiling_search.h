// Chooses how every layer is cut: the fewest tiles, then the fewest memory-tile buffers, then the least padding, exactly,
// over the candidate tilings of a network in which each layer has one computed input (a forest).
#pragma once

#include "backends/common/lowering.h"
#include "backends/common/transport.h"

#include <vector>

namespace tilewright {

struct SearchLayer {
  const Layer* layer = nullptr;
  const Lowering* lowering = nullptr;
  std::vector<Tiling> tilings; // with minimal slices
  int producer = -1;           // index of the layer that makes the input; -1: from outside
  ElementType input = ElementType::int8;
  ElementType output = ElementType::int8;
  bool leaves = false; // the result goes outside
};

struct SearchResult {
  std::vector<Tiling> tilings; // one a layer; empty if there is none
  int tiles = 0;
  int blocking = -1; // without a result: the first layer for which nothing fits
  std::vector<Refusal> refusals;
};

SearchResult search_tilings(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target,
                            const Device& device, std::int64_t rows_per_iteration, int most_rows);

} // namespace tilewright
