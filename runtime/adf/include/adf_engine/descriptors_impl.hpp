#pragma once

#include "descriptors.hpp"

namespace tilewright::adf {

namespace descriptors_detail {

struct Loop {
  std::uint64_t stride;
  std::uint64_t wrap;
};

/// The loops of a pattern, innermost first, in elements of the flat buffer.
inline std::vector<Loop> loops_of(const Tiling& tiling, const Dimensions& dimension) {
  const Dimensions& buffer = tiling.buffer_dimension.empty() ? dimension : tiling.buffer_dimension;
  std::vector<std::uint64_t> pitch;
  for (std::size_t d = 0; d < std::max(buffer.size(), tiling.tiling_dimension.size()); ++d)
    pitch.push_back(d == 0 ? 1 : pitch[d - 1] * (d - 1 < buffer.size() ? buffer[d - 1] : 1));
  std::vector<Loop> loops;
  const auto append = [&](std::uint64_t stride, std::uint64_t wrap) {
    if (wrap <= 1) return;
    if (!loops.empty() && loops.back().stride * loops.back().wrap == stride)
      loops.back().wrap *= wrap;
    else
      loops.push_back({stride, wrap});
  };
  for (std::size_t d = 0; d < pitch.size(); ++d)
    append(pitch[d], d < tiling.tiling_dimension.size() ? tiling.tiling_dimension[d]
                     : tiling.tiling_dimension.empty()  ? buffer[d]
                                                        : 1);
  for (const TileTraversal& traversal : tiling.tile_traversal)
    if (traversal.dimension < pitch.size()) append(traversal.stride * pitch[traversal.dimension], traversal.wrap);
  return loops;
}

} // namespace descriptors_detail

TILEWRIGHT_ADF_FUNCTION std::size_t descriptors_of(const std::vector<Tiling>& tilings, const Dimensions& dimension,
                                                   std::size_t dma_dimensions) {
  if (tilings.empty()) return 1;
  std::size_t total = 0;
  for (const Tiling& tiling : tilings) {
    std::size_t unrolled = 1;
    const std::vector<descriptors_detail::Loop> loops = descriptors_detail::loops_of(tiling, dimension);
    for (std::size_t i = dma_dimensions + 1; i < loops.size(); ++i)
      unrolled *= loops[i].wrap;
    total += unrolled;
  }
  return total;
}

} // namespace tilewright::adf
