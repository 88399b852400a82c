// Windows over the pixels of an image, as convolutions and poolings have them on the array.
#pragma once

#include "backends/common/lowering.h"
#include "ir/windows.h"

#include <optional>

namespace tilewright {

// (1, 1) at stride 1 without padding is no window at all.
struct PixelWindow {
  std::int64_t kernel_x = 1;
  std::int64_t kernel_y = 1;
  std::int64_t stride_x = 1;
  std::int64_t stride_y = 1;
  std::int64_t dilation_x = 1;
  std::int64_t dilation_y = 1;
  std::int64_t pad_x = 0; // in front of the first pixel
  std::int64_t pad_y = 0;
  std::int64_t elements() const { return kernel_x * kernel_y; }
  friend bool operator==(const PixelWindow&, const PixelWindow&) = default;
};

// Of one or two spatial axes; nullopt for more. `result` is [N, positions.., C]: along an axis with one position there
// is nothing to stride over.
std::optional<PixelWindow> pixel_window(const Windows& windows, const Shape& result);

// The layer's first operand and its result as images.
RowLayout input_image(const LoweringContext& context);
RowLayout output_image(const LoweringContext& context);

// Pixels of a row of the result in one call.
std::int64_t pitch_of_piece(const LoweringContext& context, const Tiling& tiling);

// What the layer's kernels read, whose operands are `block_rows` pixels (kernels/window_operand.h).
WindowReads reads_of(const LoweringContext& context, const PixelWindow& window, const Tiling& tiling);

// The window in a kernel's configuration.
std::vector<ConfigEntry> config_entries(const PixelWindow& window, const WindowReads& reads, std::int64_t pitch);

// Loads and shuffles of kernels/window_operand.h for element `tap` of a window's row: an operand of `bytes`, or two of
// them side by side.
Instructions operand_work(const PixelWindow& window, std::int64_t tap, std::int64_t block_rows, std::int64_t bytes,
                          const Timing& timing);
Instructions operand_pair_work(const PixelWindow& window, std::int64_t tap, std::int64_t block_rows, std::int64_t bytes,
                               const Timing& timing);

} // namespace tilewright
