#include "backends/common/design.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

std::vector<std::int64_t> strides_of(const std::vector<std::int64_t>& dimensions) {
  std::vector<std::int64_t> strides;
  std::int64_t stride = 1;
  for (const std::int64_t dimension : dimensions) {
    strides.push_back(stride);
    stride *= dimension;
  }
  return strides;
}

// Appends base + every offset of one loop, for each base, innermost loop first.
void repeat(std::vector<std::int64_t>& indices, std::int64_t stride, std::int64_t count) {
  const std::size_t inner = indices.size();
  indices.reserve(inner * static_cast<std::size_t>(count));
  for (std::int64_t i = 1; i < count; ++i) {
    for (std::size_t j = 0; j < inner; ++j) indices.push_back(indices[j] + i * stride);
  }
}

// Whether each element lies within the boundary along one dimension, in the order of touched_indices.
std::vector<bool> within(const AccessPattern& pattern, std::size_t dimension) {
  std::vector<std::int64_t> positions{pattern.offset[dimension]};
  for (std::size_t d = 0; d < pattern.tiling_dimension.size(); ++d)
    repeat(positions, d == dimension ? 1 : 0, pattern.tiling_dimension[d]);
  for (const Traversal& loop : pattern.traversal)
    repeat(positions, static_cast<std::size_t>(loop.dimension) == dimension ? loop.stride : 0, loop.wrap);
  std::vector<bool> result;
  for (const std::int64_t position : positions)
    result.push_back(position >= 0 && position < pattern.boundary[dimension]);
  return result;
}

} // namespace

std::vector<std::int64_t> touched_indices(const AccessPattern& pattern) {
  const std::vector<std::int64_t> strides = strides_of(pattern.buffer_dimension);
  std::int64_t base = 0;
  for (std::size_t d = 0; d < pattern.offset.size(); ++d) base += pattern.offset[d] * strides[d];
  std::vector<std::int64_t> indices{base};
  for (std::size_t d = 0; d < pattern.tiling_dimension.size(); ++d) {
    repeat(indices, strides[d], pattern.tiling_dimension[d]);
  }
  for (const Traversal& loop : pattern.traversal) {
    repeat(indices, loop.stride * strides[static_cast<std::size_t>(loop.dimension)], loop.wrap);
  }
  for (std::size_t d = 0; d < pattern.boundary.size(); ++d) {
    const std::vector<bool> inside = within(pattern, d);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      if (!inside[i]) indices[i] = -1;
    }
  }
  return indices;
}

std::int64_t touched_count(const AccessPattern& pattern) {
  std::int64_t count = 1;
  for (const std::int64_t dimension : pattern.tiling_dimension) count *= dimension;
  for (const Traversal& loop : pattern.traversal) count *= loop.wrap;
  return count;
}

Iteration iteration_of(const Design& design) {
  return {design.by_sample, design.rows_per_iteration, design.row_unit};
}

std::string iterations_text(const Design& design) {
  const auto counted = [](std::int64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  if (design.by_sample) return fmt::format("{}, one an iteration", counted(design.rows, "sample"));
  return fmt::format("{} in {} of {}", counted(design.rows, "row"), counted(design.iterations, "iteration"),
                     design.rows_per_iteration);
}

int tile_count(const Design& design) {
  int tiles = 0;
  for (const KernelGroup& group : design.groups) tiles += group.columns * group.rows;
  return tiles;
}

std::vector<NodeId> host_nodes_of(const Design& design) {
  std::vector<NodeId> nodes;
  for (const auto* list : {&design.host_before, &design.host_between, &design.host_after})
    nodes.insert(nodes.end(), list->begin(), list->end());
  return nodes;
}

} // namespace tilewright
