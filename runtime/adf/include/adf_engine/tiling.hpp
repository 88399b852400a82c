// Access patterns expanded to runs of contiguous elements.
//
// Order of elements: inside a tile dimension 0 fastest; then the traversal loops, entry 0 innermost. A read outside the
// boundary gives zero; a write outside the buffer is an error [VT 07-tiling-parameters]. Patterns of a list follow one
// another, `repetition` times each, lower phases first. AMD's one sentence on phases is "phase of tiling parameter
// resource sharing and execution"; they are read as: a memory tile's buffer is written by all patterns of a phase, then
// read by all patterns of that phase, then comes the next phase.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "design.hpp"

namespace tilewright::adf {

/// `count` consecutive elements from `offset`, or zeros if offset < 0.
struct ElementRun {
  std::int64_t offset;
  std::uint32_t count;
};

/// Appends a run, merging with the last one where possible.
void append_run(std::vector<ElementRun>& runs, std::int64_t offset, std::uint32_t count);

/// Runs of one pass over all patterns in order. `dimension` is the buffer's own shape, the default of buffer_dimension.
/// `error` is set, and what follows left out, if a pattern is malformed or leaves the buffer where it may not.
std::vector<ElementRun> expand_tilings(const std::vector<Tiling>& tilings, const Dimensions& dimension, bool is_read,
                                       std::string& error);

/// Elements that one pass over the patterns moves.
std::size_t tiling_elements(const std::vector<Tiling>& tilings);

std::size_t product(const Dimensions& sizes);

} // namespace tilewright::adf
