#include "backends/common/moved_elements.h"

#include "backends/common/views.h"
#include "backends/common/windows_of_pixels.h"

#include <algorithm>
#include <limits>

namespace tilewright {

namespace {

// Whether `granule` channels from `first` on come from as many whole ones of one pixel, or all from nowhere.
bool stay_together(const MovedElements& moved, std::size_t first, std::int64_t granule) {
  const Place& begin = moved.sources[first];
  const std::int64_t count = std::min(granule, moved.channels - static_cast<std::int64_t>(first) % moved.channels);
  if (begin.exists() && begin.channel % granule != 0) return false;
  for (std::int64_t i = 1; i < count; ++i) {
    const Place& other = moved.sources[first + static_cast<std::size_t>(i)];
    if (begin.exists() != other.exists()) return false;
    if (begin.exists() && (other.y != begin.y || other.x != begin.x || other.channel != begin.channel + i))
      return false;
  }
  return true;
}

bool all_stay_together(const MovedElements& moved, std::int64_t granule) {
  const auto all = static_cast<std::int64_t>(moved.sources.size());
  for (std::int64_t pixel = 0; pixel < all; pixel += moved.channels) {
    for (std::int64_t channel = 0; channel < moved.channels; channel += granule) {
      if (!stay_together(moved, static_cast<std::size_t>(pixel + channel), granule)) return false;
    }
  }
  return true;
}

bool keeps_channels(const MovedElements& moved, std::int64_t in_channels) {
  if (moved.channels != in_channels) return false;
  for (std::size_t i = 0; i < moved.sources.size(); ++i) {
    const Place& own = moved.sources[i];
    const Place& first = moved.sources[i - i % static_cast<std::size_t>(moved.channels)];
    if (own.exists() != first.exists()) return false;
    if (!own.exists()) continue;
    if (own.channel != static_cast<std::int64_t>(i) % moved.channels || own.x != first.x || own.y != first.y)
      return false;
  }
  return true;
}

// Whether the block of the result at pixel x, y and `channel` is a block of the input, turned.
bool is_turned(const MovedElements& moved, std::int64_t y, std::int64_t x, std::int64_t channel) {
  const auto row_of = [&](const Place& place) { return place.y * moved.in.pitch + place.x; };
  const Place& corner = moved.source(y, x, channel);
  if (!corner.exists() || row_of(corner) % block_pixels != 0 || corner.channel % block_pixels != 0) return false;
  for (std::int64_t i = 0; i < std::min(block_pixels, moved.out.width - x); ++i) {
    for (std::int64_t j = 0; j < std::min(block_channels, moved.channels - channel); ++j) {
      const Place& place = moved.source(y, x + i, channel + j);
      if (!place.exists() || row_of(place) != row_of(corner) + j || place.channel != corner.channel + i) return false;
    }
  }
  return true;
}

// Whether the first and the third of four pixels of the result, where they exist, are the channels of two neighbours
// of the input, and begin half a block; nothing is read where there is nothing.
bool is_half_block(const MovedElements& moved, std::int64_t y, std::int64_t x, std::int64_t channel) {
  const auto row_of = [&](const Place& place) { return place.y * moved.in.pitch + place.x; };
  const Place& corner = moved.source(y, x, channel);
  if (corner.exists() && (row_of(corner) % 2 != 0 || corner.channel % block_channels != 0)) return false;
  for (std::int64_t i = 0; i < 2 && x + 2 * i < moved.out.width; ++i) {
    for (std::int64_t j = 0; j < std::min(block_channels, moved.channels - channel); ++j) {
      const Place& place = moved.source(y, x + 2 * i, channel + j);
      if (place.exists() != corner.exists()) return false;
      if (place.exists() && (row_of(place) != row_of(corner) + i || place.channel != corner.channel + j)) return false;
    }
  }
  return true;
}

// Both halves are the same one of their blocks.
bool is_woven(const MovedElements& moved, std::int64_t y, std::int64_t x, std::int64_t channel) {
  const auto half_of = [&](const Place& place) { return (place.y * moved.in.pitch + place.x) % block_pixels / 2; };
  if (!is_half_block(moved, y, x, channel)) return false;
  if (x + 1 == moved.out.width) return true;
  const Place& even = moved.source(y, x, channel);
  const Place& odd = moved.source(y, x + 1, channel);
  if (!is_half_block(moved, y, x + 1, channel)) return false;
  return !odd.exists() || (even.exists() && half_of(even) == half_of(odd));
}

// Whether it holds for all blocks of the result.
template <class Holds> bool all_blocks(const MovedElements& moved, Holds holds) {
  for (std::int64_t y = 0; y < moved.out.height; ++y) {
    for (std::int64_t x = 0; x < moved.out.width; x += block_pixels) {
      for (std::int64_t channel = 0; channel < moved.channels; channel += block_channels) {
        if (!holds(moved, y, x, channel)) return false;
      }
    }
  }
  return true;
}

// Pixels or image rows that a call reads, along one axis.
struct Span {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = -1;
  void add(std::int64_t at) {
    first = std::min(first, at);
    last = std::max(last, at);
  }
};

// As many from call to call: `step` further each time, from `first` on.
struct Stride {
  std::int64_t first = 0;
  std::int64_t count = 1;
  std::int64_t step = 0;
};

// Begins and ends at multiples of `unit`, as does the step.
Stride stride_of(const std::vector<Span>& calls, std::int64_t step, std::int64_t unit) {
  Span window;
  for (std::size_t call = 0; call < calls.size(); ++call) {
    if (calls[call].last < 0) continue;
    window.add(calls[call].first - static_cast<std::int64_t>(call) * step);
    window.last = std::max(window.last, calls[call].last - static_cast<std::int64_t>(call) * step);
  }
  if (window.last < window.first) return {0, unit, step};
  const std::int64_t first = window.first - (window.first % unit + unit) % unit;
  return {first, round_up(window.last + 1 - first, unit), step};
}

// The stride that leaves the fewest in one call; `stays`: all calls may read the same.
Stride least_stride(const std::vector<Span>& calls, std::int64_t unit, bool stays) {
  if (calls.size() == 1) return stride_of(calls, 0, unit);
  std::int64_t furthest = 0;
  for (const Span& call : calls)
    furthest = std::max(furthest, call.last + 1);
  const std::int64_t step = furthest / static_cast<std::int64_t>(calls.size()) / unit * unit;
  Stride best = stride_of(calls, std::max(step, unit), unit);
  const Stride further = stride_of(calls, step + unit, unit);
  if (further.count < best.count) best = further;
  const Stride same = stride_of(calls, 0, unit);
  return stays && same.count < best.count ? same : best;
}

} // namespace

MovedElements moved_by(const LoweringContext& context) {
  MovedElements moved{.in = input_image(context), .out = output_image(context)};
  const ValueType& type = context.graph.type(context.layer.output);
  moved.channels = type.shape.back();
  const std::int64_t in_channels = context.graph.type(context.layer.input()).shape.back();
  const InputLayout layout = input_layout(context.graph, context.layer.inputs.front(), context.iteration);
  moved.sources.reserve(context.layer.rearrangement->source.size());
  for (const std::int64_t index : context.layer.rearrangement->source) {
    Place place;
    if (index >= 0) {
      const std::int64_t pixel = index / in_channels;
      place = {pixel / moved.in.width, pixel % moved.in.width,
               layout.position[static_cast<std::size_t>(index % in_channels)]};
    }
    moved.sources.push_back(place);
  }
  const bool vectors = size_in_bytes(type.element) <= 2;
  moved.woven = vectors && all_blocks(moved, is_woven);
  if (layout.contiguous() && keeps_channels(moved, in_channels)) {
    moved.unit = MovedUnit::pixel;
  } else if (vectors && all_blocks(moved, is_turned)) {
    moved.unit = MovedUnit::turned;
  } else {
    while (!all_stay_together(moved, moved.granule))
      moved.granule /= 2;
  }
  return moved;
}

std::optional<WindowReads> reads_of(const MovedElements& moved, const Tiling& tiling) {
  const bool one_row = moved.out.height == 1;
  // Calls of one kernel go on along the same axis in both images. Tiles may just as well all read everything.
  const bool alike = one_row == (moved.in.height == 1);
  if (tiling.repetitions > 1 && !alike) return std::nullopt;
  const std::int64_t calls = calls_of(tiling);
  std::vector<Span> rows(static_cast<std::size_t>(calls));
  std::vector<Span> pixels = rows;
  const std::int64_t channel_step = moved.unit == MovedUnit::pixel ? moved.channels : 1;
  for (std::int64_t call = 0; call < calls; ++call) {
    for_each_pixel(moved, tiling, call, [&](std::int64_t, std::int64_t y, std::int64_t x) {
      for (std::int64_t channel = 0; channel < moved.channels; channel += channel_step) {
        const Place& from = moved.source(y, x, channel);
        if (!from.exists()) continue;
        rows[static_cast<std::size_t>(call)].add(from.y);
        pixels[static_cast<std::size_t>(call)].add(from.x);
      }
    });
  }
  const bool stays = tiling.repetitions == 1;
  WindowReads reads{.image = moved.in, .width = moved.in.pitch, .height = 1};
  if (calls > 1 && one_row && alike) {
    const Stride along = least_stride(pixels, moved.in_blocks() ? block_pixels : 1, stays);
    reads.first_x = along.first;
    reads.width = along.count;
    reads.step_x = along.step;
  } else {
    const Stride down = alike ? least_stride(rows, 1, stays) : stride_of(rows, 0, 1);
    reads.first_y = down.first;
    reads.height = down.count;
    reads.step_y = down.step;
  }
  return reads;
}

} // namespace tilewright
