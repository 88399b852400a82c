#include "backends/common/memory_tiles.h"

#include <algorithm>
#include <vector>

namespace tilewright {

namespace {

// What buffers take of a memory tile, or what is left of one.
struct Share {
  std::int64_t bytes = 0;
  std::int64_t ports_in = 0;
  std::int64_t ports_out = 0;
  std::int64_t descriptors = 0; // of a direction: which channels see which is the vendor's choice, so all count

  bool holds(const Share& other) const {
    return other.bytes <= bytes && other.ports_in <= ports_in && other.ports_out <= ports_out &&
           other.descriptors <= descriptors;
  }
  void take(const Share& other) {
    bytes -= other.bytes;
    ports_in -= other.ports_in;
    ports_out -= other.ports_out;
    descriptors -= other.descriptors;
  }
};

Share share_of(const MemoryBuffer& buffer, const Target& target) {
  Share share{buffer.bytes(), static_cast<std::int64_t>(buffer.writes.size()),
              static_cast<std::int64_t>(buffer.reads.size()), 0};
  for (const auto* patterns : {&buffer.writes, &buffer.reads}) {
    std::int64_t descriptors = 0;
    for (const AccessPattern& pattern : *patterns)
      descriptors += descriptors_of(pattern, target);
    share.descriptors = std::max(share.descriptors, descriptors);
  }
  return share;
}

} // namespace

std::int64_t memory_tiles_of(const Device& device) { return std::int64_t{device.memory_tile_rows} * device.columns; }

std::int64_t descriptors_of(const AccessPattern& pattern, const Target& target) {
  std::int64_t descriptors = 2;
  std::int64_t left = target.memory_tile_dimensions - static_cast<std::int64_t>(pattern.tiling_dimension.size());
  for (const Traversal& loop : pattern.traversal) {
    if (left-- <= 0) descriptors *= loop.wrap;
  }
  return descriptors;
}

std::int64_t memory_tiles_for(std::span<const MemoryBuffer> buffers, const Target& target, const Device& device) {
  const auto count = static_cast<std::int64_t>(buffers.size());
  if (count <= memory_tiles_of(device)) return count;
  std::vector<Share> shares;
  for (const MemoryBuffer& buffer : buffers)
    shares.push_back(share_of(buffer, target));
  std::ranges::stable_sort(shares, std::greater(), &Share::bytes);
  const Share whole{target.memory_tile_bytes, target.memory_tile_dma_in, target.memory_tile_dma_out,
                    target.memory_tile_descriptors};
  std::vector<Share> tiles;
  for (const Share& share : shares) {
    auto tile = std::ranges::find_if(tiles, [&](const Share& left) { return left.holds(share); });
    if (tile == tiles.end()) tile = tiles.insert(tiles.end(), whole);
    tile->take(share);
  }
  return std::max(memory_tiles_of(device), static_cast<std::int64_t>(tiles.size()));
}

} // namespace tilewright
