// Chooses tilings, rows of an iteration and places together, by the objective that the user asked for.
#pragma once

#include "backends/common/map_options.h"
#include "backends/common/tiling_search.h"

#include <functional>
#include <optional>
#include <vector>

namespace tilewright {

struct Mapping {
  std::vector<Tiling> tilings; // by layer
  std::vector<LayerPorts> ports;
  std::vector<Coordinate> places;
  std::int64_t rows_per_iteration = 0;
  std::int64_t cycles = 0;  // of an iteration in the slowest layer
  std::int64_t latency = 0; // of an iteration, summed over the layers, with memory tiles between them
  SearchRecord record;
};

struct MappingProblem {
  const Graph& graph;
  const std::vector<SearchLayer>& layers;
  const Target& target;
  const Device& device;
  std::int64_t rows = 1;        // of the model's matrices; of samples, if an iteration works on one
  std::int64_t sample_unit = 0; // an iteration works on a sample, its image rows whole units; 0: on rows of matrices
  const MapOptions& options;
  std::function<bool(const Mapping&)> legal; // whether the device's limits allow it, streams and PLIOs included
};

// nullopt if nothing fits; `failure` is then the search's last word: a layer that blocks, or more tiles than there are.
std::optional<Mapping> choose_mapping(const MappingProblem& problem, TilingSearchResult& failure);

// Where tiles cut like this lie on an array of `columns` columns with the device's rows; nullopt if they do not fit.
std::optional<std::vector<Coordinate>> place_tilings(const MappingProblem& problem, const std::vector<Tiling>& tilings,
                                                     int columns);

} // namespace tilewright
