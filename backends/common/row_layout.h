// How the rows of a value lie in one iteration of the graph.
//
// A network of matrices works on some rows of them in an iteration. A network with images works on one sample: its rows
// are the pixels, image row after image row, each of those padded to whole blocks of rows; a matrix is then an image
// of one row for every sample.
#pragma once

#include "ir/types.h"

#include <cstdint>

namespace tilewright {

struct RowLayout {
  std::int64_t width = 1;  // of an image row
  std::int64_t pitch = 1;  // width with padding
  std::int64_t height = 1; // image rows
  std::int64_t rows() const { return pitch * height; }
  friend bool operator==(const RowLayout&, const RowLayout&) = default;
};

// What an iteration works on.
struct Iteration {
  bool by_sample = false;    // else rows of matrices
  std::int64_t rows = 1;     // of matrices, padded
  std::int64_t row_unit = 1; // by_sample: the pitch is a multiple of it
};

RowLayout layout_of(const Iteration& iteration, const Shape& shape);

// Rows of `shape` that an iteration computes, without padding.
inline std::int64_t rows_of(const RowLayout& layout) { return layout.width * layout.height; }

} // namespace tilewright
