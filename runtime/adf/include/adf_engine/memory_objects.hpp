// What occupies data memory of compute tiles: buffers, parameters, stacks and heaps, and the DMA channels of buffers.
#pragma once

#include <string>
#include <vector>

#include "network.hpp"

namespace tilewright::adf {

enum class DmaUse : unsigned char { none, in, out };

struct MemoryObject {
  std::string name;
  int kernel = -1;       ///< one that addresses it
  std::size_t bytes = 0; ///< of one copy
  int copies = 1;        ///< 2: ping and pong, in one tile
  DmaUse dma = DmaUse::none;
  std::size_t descriptors = 0; ///< that DMA needs for one copy
  std::vector<MemoryPlace> places;        ///< given: one for all copies, or one each
  std::vector<std::pair<int, int>> homes; ///< not given: the tiles to try, nearest first; empty if the kernel has no place
};

/// Everything that the design puts into data memory. A buffer between two kernels that can both address a tile exists
/// once; otherwise each side has its own and DMA moves the data between them.
std::vector<MemoryObject> collect_memory_objects(const Design& design, const Network& network);

/// The tiles whose memory a kernel on (column, row) addresses, its own first, inside the device.
std::vector<std::pair<int, int>> addressed_tiles(const Device& device, int column, int row);

/// Whether a kernel on tile (column, row) addresses the memory of `place`: own, north, south and west tile [UG1603].
bool can_address(int column, int row, const MemoryPlace& place);

} // namespace tilewright::adf
