// What the user may ask of the mapping.
#pragma once

#include "backends/common/map_config.h"

#include <string_view>

namespace tilewright {

enum class Objective {
  tiles,      // as few tiles as the weights allow, then the fewest iterations
  throughput, // the shortest interval between two inferences
  latency,    // the earliest first output
};

struct MapOptions {
  Objective objective = Objective::tiles;
  int most_tiles = 0; // 0: as many as the device has
  int plios = 0;      // in each direction; 0: as many as the rate needs
  bool allow_host_islands = false; // what is float between layers is the host's
  MapConfig config;   // what stands in it about layers; for the rest see with_config
};

// The options with the model section of a configuration where they say nothing themselves.
MapOptions with_config(MapOptions options, MapConfig config);

// "throughput", "latency" or "tiles".
constexpr std::string_view name_of(Objective objective) {
  switch (objective) {
  case Objective::throughput:
    return "throughput";
  case Objective::latency:
    return "latency";
  case Objective::tiles:
    break;
  }
  return "tiles";
}

} // namespace tilewright
