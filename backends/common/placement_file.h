// Placement problems as JSON; docs/placement.md has the format.
#pragma once

#include "backends/common/placement.h"
#include "ir/diagnostics.h"

#include <string_view>

namespace tilewright {

// Files larger than this are not read.
constexpr std::int64_t most_placement_file_bytes = 4 * 1024 * 1024;
constexpr int most_placement_layers = 1024;

struct PlacementFile {
  std::string name;
  std::string device; // empty where the file names none
  PlacementProblem problem;
  std::vector<std::string> layers; // names, by box
};

// The problem in `text`. What is wrong with it goes to `diagnostics`, all of it at once; nullopt if anything is. Keys
// that are not part of the format are ignored.
std::optional<PlacementFile> parse_placement_file(std::string_view text, Diagnostics& diagnostics);

} // namespace tilewright
