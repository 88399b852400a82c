// What a layer that only moves elements (rearrangement.h) does to the pixels and channels of buffers, and what its
// calls read.
#pragma once

#include "backends/common/lowering.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace tilewright {

// An element of a sample as the array has it; x < 0: it comes from nowhere.
struct Place {
  std::int64_t y = 0;
  std::int64_t x = -1;
  std::int64_t channel = 0;
  bool exists() const { return x >= 0; }
};

// Elements that a kernel moves together.
enum class MovedUnit {
  pixel,   // with all its channels, which stay as they are
  turned,  // block of block_pixels x block_channels of the result: as many channels of block_channels pixels
  granule, // neighbouring channels of one pixel
};

inline constexpr std::int64_t block_channels = 8;
inline constexpr std::int64_t block_pixels = 4; // what all pitches are a multiple of

struct MovedElements {
  RowLayout in;
  RowLayout out;
  std::int64_t channels = 0;  // of the result
  std::vector<Place> sources; // of each of its elements, in order
  MovedUnit unit = MovedUnit::granule;
  std::int64_t granule = block_channels; // how many channels stay together
  // Blocks of block_pixels x block_channels take every second pixel from half a block, and the others from half of
  // another block or from nowhere: upsampling by 2, pixel shuffles. For units that are pixels or granules.
  bool woven = false;
  bool in_blocks() const { return woven || unit == MovedUnit::turned; }
  const Place& source(std::int64_t y, std::int64_t x, std::int64_t channel) const {
    return sources[static_cast<std::size_t>((y * out.width + x) * channels + channel)];
  }
};

MovedElements moved_by(const LoweringContext& context);

// Calls of all tiles together: each part of the rows has its own.
inline std::int64_t calls_of(const Tiling& tiling) { return std::int64_t{tiling.batch_parts} * tiling.repetitions; }

// Rows of the result in one call, as x, y of the image; those of the padding are left out.
template <class Visit>
void for_each_pixel(const MovedElements& moved, const Tiling& tiling, std::int64_t call, Visit visit) {
  const std::int64_t pitch = std::min(moved.out.pitch, tiling.piece_rows);
  const std::int64_t band = tiling.piece_rows / pitch;
  const bool one_row = moved.out.height == 1;
  for (std::int64_t row = 0; row < tiling.piece_rows; ++row) {
    const std::int64_t y = one_row ? 0 : call * band + row / pitch;
    const std::int64_t x = row % pitch + (one_row ? call * pitch : 0);
    if (x < moved.out.width && y < moved.out.height) visit(row, y, x);
  }
}

// What the calls read: equally large windows, each as far behind the one before. nullopt where the input's axis along
// which calls would go on has one position only.
std::optional<WindowReads> reads_of(const MovedElements& moved, const Tiling& tiling);

} // namespace tilewright
