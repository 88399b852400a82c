// How many streams a placement sends between columns, whatever way the tools route them: what lies on both sides of a
// line has to cross it.
#pragma once

#include "backends/common/design.h"
#include "backends/common/device.h"

#include <cstdint>
#include <vector>

namespace tilewright {

// A stream counts once, however many tiles it feeds.
struct ColumnLoad {
  int column = 0;
  std::int64_t eastward = 0; // from this column, or one to its west, to one further east
  std::int64_t westward = 0; // back
  std::int64_t ending = 0;   // in tiles of this column
};

// By column; of streams between groups the way between them, of those from memory tiles only the end.
std::vector<ColumnLoad> column_loads(const Design& design);

// Stream switches on top of each other in a column: of compute tiles, memory tiles and the interface.
inline int switch_rows(const Device& device) { return device.rows + device.memory_tile_rows + 1; }

} // namespace tilewright
