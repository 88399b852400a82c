// Whether a design fits its device. Every limit is stated with place, need and limit; nothing is repaired.
#pragma once

#include "network.hpp"

namespace tilewright::adf {

/// Access patterns stay inside their buffers, and whatever DMA moves is a whole number of 32-bit words.
void check_buffers(const Design& design, const Network& network, Diagnostics& diagnostics);

/// Everything below. Limits come from the design's device record.
void check_device(const Design& design, const Network& network, Diagnostics& diagnostics);

/// Array edges, number of tiles, core load, cascade direction, core streams, PLIO names.
void check_placement(const Design& design, const Network& network, Diagnostics& diagnostics);

/// 64 KiB and the banks of every compute tile, stack and heap included, and its DMA channels.
void check_tile_memory(const Design& design, const Network& network, Diagnostics& diagnostics);

/// Capacity and channels of memory tiles, and their number.
void check_memory_tiles(const Design& design, const Network& network, Diagnostics& diagnostics);

/// "tile (5,2)"
std::string tile_text(int column, int row);

/// "<resource>: needs <need> <unit>, limit <limit> <unit>", with code 4.
Diagnostic exceeded(const std::string& resource, std::size_t need, std::size_t limit, const std::string& unit,
                    const std::string& detail = {});

} // namespace tilewright::adf
