#pragma once

#include <algorithm>

#include "tiling.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION std::size_t product(const Dimensions& sizes) {
  std::size_t result = 1;
  for (const std::uint32_t size : sizes)
    result *= size;
  return result;
}

TILEWRIGHT_ADF_FUNCTION std::size_t tiling_elements(const std::vector<Tiling>& tilings) {
  std::size_t total = 0;
  for (const Tiling& tiling : tilings) {
    std::size_t elements = product(tiling.tiling_dimension) * tiling.repetition;
    for (const TileTraversal& traversal : tiling.tile_traversal)
      elements *= traversal.wrap;
    total += elements;
  }
  return total;
}

TILEWRIGHT_ADF_FUNCTION void append_run(std::vector<ElementRun>& runs, std::int64_t offset, std::uint32_t count) {
  if (!runs.empty()) {
    ElementRun& last = runs.back();
    const bool both_padding = last.offset < 0 && offset < 0;
    const bool adjacent = last.offset >= 0 && offset == last.offset + last.count;
    if ((both_padding || adjacent) && last.count + std::uint64_t(count) <= 0xffffffffu) {
      last.count += count;
      return;
    }
  }
  runs.push_back({offset, count});
}

namespace tiling_detail {

/// Fields of a pattern with the defaults filled in.
struct Shape {
  std::vector<std::int64_t> buffer, tile, offset, boundary, pitch;
};

inline std::string check_shape(const Tiling& tiling, const Shape& shape) {
  for (const TileTraversal& traversal : tiling.tile_traversal)
    if (traversal.dimension >= shape.buffer.size())
      return "a traversal names dimension " + std::to_string(traversal.dimension) + " of a buffer with " +
             std::to_string(shape.buffer.size());
  return {};
}

inline Shape complete(const Tiling& tiling, const Dimensions& dimension) {
  const Dimensions& buffer = tiling.buffer_dimension.empty() ? dimension : tiling.buffer_dimension;
  Shape shape;
  const std::size_t rank = std::max(buffer.size(), tiling.tiling_dimension.size());
  for (std::size_t d = 0; d < rank; ++d) {
    shape.buffer.push_back(d < buffer.size() ? buffer[d] : 1);
    shape.tile.push_back(d < tiling.tiling_dimension.size() ? tiling.tiling_dimension[d]
                         : tiling.tiling_dimension.empty()  ? shape.buffer[d]
                                                            : 1);
    shape.offset.push_back(d < tiling.offset.size() ? tiling.offset[d] : 0);
    shape.boundary.push_back(d < tiling.boundary_dimension.size() ? tiling.boundary_dimension[d] : shape.buffer[d]);
    shape.pitch.push_back(d == 0 ? 1 : shape.pitch[d - 1] * shape.buffer[d - 1]);
  }
  return shape;
}

/// Rows of one tile whose lowest corner is `base`; returns false at the first element a write would put outside.
inline bool append_tile(std::vector<ElementRun>& runs, const Shape& shape, const std::vector<std::int64_t>& base,
                        bool is_read, std::int64_t capacity) {
  const std::size_t rank = shape.buffer.size();
  std::vector<std::int64_t> index(rank, 0);
  for (;;) {
    bool row_inside = true;
    std::int64_t row_offset = 0;
    for (std::size_t d = 1; d < rank; ++d) {
      const std::int64_t position = base[d] + index[d];
      row_inside = row_inside && position >= 0 && position < shape.boundary[d];
      row_offset += position * shape.pitch[d];
    }
    const std::int64_t first = base[0], end = base[0] + shape.tile[0];
    if (is_read) {
      const std::int64_t low = std::clamp<std::int64_t>(row_inside ? 0 : end, first, end);
      const std::int64_t high = std::clamp<std::int64_t>(row_inside ? shape.boundary[0] : end, low, end);
      if (low > first) append_run(runs, -1, static_cast<std::uint32_t>(low - first));
      if (high > low) {
        if (row_offset + low < 0 || row_offset + high > capacity) return false;
        append_run(runs, row_offset + low, static_cast<std::uint32_t>(high - low));
      }
      if (end > high) append_run(runs, -1, static_cast<std::uint32_t>(end - high));
    } else {
      if (row_offset + first < 0 || row_offset + end > capacity) return false;
      append_run(runs, row_offset + first, static_cast<std::uint32_t>(end - first));
    }
    std::size_t d = 1;
    while (d < rank && ++index[d] == shape.tile[d])
      index[d++] = 0;
    if (d >= rank) return true;
  }
}

} // namespace tiling_detail

TILEWRIGHT_ADF_FUNCTION std::vector<ElementRun>
expand_tilings(const std::vector<Tiling>& tilings, const Dimensions& dimension, bool is_read, std::string& error) {
  using namespace tiling_detail;
  std::vector<ElementRun> runs;
  const std::int64_t capacity = static_cast<std::int64_t>(product(dimension));
  if (tilings.empty()) {
    append_run(runs, 0, static_cast<std::uint32_t>(capacity));
    return runs;
  }
  std::vector<Tiling> ordered = tilings;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Tiling& a, const Tiling& b) { return a.phase < b.phase; });
  for (const Tiling& tiling : ordered) {
    const Shape shape = complete(tiling, dimension);
    error = check_shape(tiling, shape);
    if (!error.empty()) return runs;
    for (std::uint32_t repetition = 0; repetition < tiling.repetition; ++repetition) {
      std::vector<std::uint32_t> step(tiling.tile_traversal.size(), 0);
      for (;;) {
        std::vector<std::int64_t> base = shape.offset;
        for (std::size_t i = 0; i < step.size(); ++i)
          base[tiling.tile_traversal[i].dimension] += std::int64_t(step[i]) * tiling.tile_traversal[i].stride;
        if (!append_tile(runs, shape, base, is_read, capacity)) {
          error = "the access pattern leaves the buffer of " + std::to_string(capacity) + " elements";
          return runs;
        }
        std::size_t i = 0;
        while (i < step.size() && ++step[i] >= tiling.tile_traversal[i].wrap)
          step[i++] = 0;
        if (i >= step.size()) break;
      }
    }
  }
  return runs;
}

} // namespace tilewright::adf
