#include "backends/common/windows_of_pixels.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

std::optional<PixelWindow> pixel_window(const Windows& windows, const Shape& result_shape) {
  const std::size_t axes = windows.kernel.size();
  if (axes == 0 || axes > 2) return std::nullopt;
  const std::size_t x = axes - 1;
  PixelWindow result{.kernel_x = windows.kernel[x],
                     .stride_x = windows.strides[x],
                     .dilation_x = windows.dilations[x],
                     .pad_x = windows.pads_begin[x]};
  if (axes == 2) {
    result.kernel_y = windows.kernel[0];
    result.stride_y = windows.strides[0];
    result.dilation_y = windows.dilations[0];
    result.pad_y = windows.pads_begin[0];
    if (result_shape[1] == 1) result.stride_y = 1;
  }
  if (result_shape[axes] == 1) result.stride_x = 1;
  return result;
}

RowLayout input_image(const LoweringContext& context) {
  return layout_of(context.iteration, context.graph.type(context.layer.input()).shape);
}

RowLayout output_image(const LoweringContext& context) {
  return layout_of(context.iteration, context.graph.type(context.layer.output).shape);
}

std::int64_t pitch_of_piece(const LoweringContext& context, const Tiling& tiling) {
  return std::min(output_image(context).pitch, tiling.piece_rows);
}

WindowReads reads_of(const LoweringContext& context, const PixelWindow& window, const Tiling& tiling) {
  const std::int64_t pitch = pitch_of_piece(context, tiling);
  const std::int64_t band = tiling.piece_rows / pitch;
  WindowReads reads;
  reads.image = input_image(context);
  reads.first_x = -window.pad_x;
  reads.width = round_up(window.stride_x * pitch + (window.kernel_x - 1) * window.dilation_x, tiling.shape.rows);
  reads.first_y = -window.pad_y;
  reads.height = (band - 1) * window.stride_y + (window.kernel_y - 1) * window.dilation_y + 1;
  if (output_image(context).height == 1) {
    reads.step_x = pitch * window.stride_x;
  } else {
    reads.step_y = band * window.stride_y;
  }
  return reads;
}

std::vector<ConfigEntry> config_entries(const PixelWindow& window, const WindowReads& reads, std::int64_t pitch) {
  const auto entry = [](const char* name, std::int64_t value) {
    return ConfigEntry{"unsigned", name, fmt::format("{}", value)};
  };
  return {entry("pitch", pitch),
          entry("in_pitch", reads.width),
          entry("in_rows", reads.height),
          entry("kernel_x", window.kernel_x),
          entry("kernel_y", window.kernel_y),
          entry("stride_x", window.stride_x),
          entry("stride_y", window.stride_y),
          entry("dilation_x", window.dilation_x),
          entry("dilation_y", window.dilation_y)};
}

Instructions operand_pair_work(const PixelWindow& window, std::int64_t tap, std::int64_t block_rows, std::int64_t bytes,
                               const Timing& timing) {
  const bool aligned = tap * window.dilation_x % block_rows == 0;
  Instructions result;
  result.loads = loads_of(2 * bytes, timing) + (aligned ? 0 : loads_of(bytes, timing));
  if (!aligned) result.shuffles = vector_instructions_of(2 * bytes, timing);
  return result;
}

Instructions operand_work(const PixelWindow& window, std::int64_t tap, std::int64_t block_rows, std::int64_t bytes,
                          const Timing& timing) {
  const bool aligned = tap * window.dilation_x % block_rows == 0;
  Instructions result;
  if (window.stride_x == 1) {
    result.loads = (aligned ? 1 : 2) * loads_of(bytes, timing);
    if (!aligned) result.shuffles = vector_instructions_of(bytes, timing);
  } else if (window.stride_x == 2) {
    result.loads = (aligned ? 2 : 3) * loads_of(bytes, timing);
    result.shuffles = vector_instructions_of(bytes, timing); // every second pixel
    if (!aligned) result.shuffles += vector_instructions_of(2 * bytes, timing) + placing_work(bytes, timing);
  } else {
    const std::int64_t words = bytes / 4; // one by one, through scalar registers
    result.loads = words;
    result.shuffles = words;
  }
  return result;
}

} // namespace tilewright
