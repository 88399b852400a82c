// Biases of a contraction. Memory tiles pad images with zeros; where the padding stands for another value, what it adds
// to a sum depends on the position: it becomes part of the bias.
#pragma once

#include "backends/common/contraction.h"

#include <vector>

namespace tilewright {

// How often a block of columns has its biases, side by side, without row classes: two rows save moves between
// registers.
std::int64_t bias_rows(const Tiling& tiling);

// How a tile holds biases.
struct BiasLayout {
  std::int64_t row_classes = 0;   // sorts of image rows, by the rows of the window that lie outside
  std::int64_t block_classes = 0; // sorts of blocks of pixels along a row, by the columns outside of each pixel's window
  std::int64_t along = 0;         // blocks of pixels along an image row, of all calls if there is only one row
  std::int64_t rows = 0;          // image rows of all calls of a tile
};
BiasLayout bias_layout(const LoweringContext& context, const Contraction& layer, const Tiling& tiling);

// Entries of a tile's array.
std::int64_t bias_length(const BiasLayout& layout, const Tiling& tiling);

// The array of slice `slice` of the output channels and part `part` of the rows; `bias` has one entry a channel.
// nullopt if a bias does not fit 32 bits.
std::optional<std::vector<std::int32_t>> packed_biases(const LoweringContext& context, const Contraction& layer,
                                                       const WeightFunction& weight,
                                                       const std::vector<std::int64_t>& bias, const Tiling& tiling,
                                                       int slice, int part);

} // namespace tilewright
