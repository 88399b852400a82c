// The mapping as a file (docs/config.md): what the user fixes for the model, for an op and for a layer, and what
// `compile` writes so that the same mapping can be had again.
#pragma once

#include "backends/common/lowering.h"
#include "ir/diagnostics.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tilewright {

// What is fixed about one layer's tiling and place; everything else is the search's.
struct LayerConfig {
  std::optional<int> cascade;                  // tiles of a cascade = slices of the input features
  std::optional<int> output_slices;            // of the output features
  std::optional<int> batch_parts;              // of the rows of an iteration
  std::optional<int> stack;                    // height of the rectangle of tiles
  std::optional<std::int64_t> input_features;  // of a slice
  std::optional<std::int64_t> output_features; // of a slice
  std::optional<bool> input_in_west;           // bank plan
  std::optional<Coordinate> place;             // lowest column and row
  std::optional<Transport> transport;          // from the layers that make its inputs
  std::optional<int> plios;                    // of each of its inputs and results that come from or go outside

  // Entries of `other` where this has none.
  void add(const LayerConfig& other);
  bool allows(const Tiling& tiling) const;
};

struct MapConfig {
  std::optional<std::string> objective; // as --optimize
  std::optional<int> most_tiles;
  std::optional<int> plios;
  std::optional<std::int64_t> rows_per_iteration;
  std::map<std::string, LayerConfig> ops;    // by op: "dense"
  std::map<std::string, LayerConfig> layers; // by name in the project: "layer_fc1"
  std::optional<SearchRecord> search;        // of a file that `compile` wrote: what its search had found
};

// nullopt with diagnostics of kind `usage`: every key that is not known, every value of the wrong type or size.
std::optional<MapConfig> read_map_config(std::string_view json, const std::string& file, Diagnostics& diagnostics);

std::string text_of(const MapConfig& config);

// The configuration with which the same design is made again.
MapConfig config_of(const Design& design);

} // namespace tilewright
