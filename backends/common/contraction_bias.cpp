#include "backends/common/contraction_bias.h"

#include <algorithm>
#include <map>

namespace tilewright {

namespace {

// The elements of a window along one axis that lie inside, from the first on.
struct Inside {
  std::int64_t first = 0;
  std::int64_t count = 0;
  friend auto operator<=>(const Inside&, const Inside&) = default;
};

// For the window at `position` of the result, on an axis of `size` elements.
Inside inside(std::int64_t position, std::int64_t kernel, std::int64_t stride, std::int64_t dilation, std::int64_t pad,
              std::int64_t size) {
  Inside result;
  const std::int64_t start = position * stride - pad;
  for (std::int64_t tap = 0; tap < kernel; ++tap) {
    const std::int64_t at = start + tap * dilation;
    if (at < 0 || at >= size) continue;
    if (result.count == 0) result.first = tap;
    ++result.count;
  }
  return result;
}

struct Images {
  RowLayout in;
  RowLayout out;
};

Images images_of(const LoweringContext& context) { return {input_image(context), output_image(context)}; }

Inside rows_inside(const PixelWindow& window, const Images& images, std::int64_t y) {
  return inside(y, window.kernel_y, window.stride_y, window.dilation_y, window.pad_y, images.in.height);
}

Inside columns_inside(const PixelWindow& window, const Images& images, std::int64_t x) {
  return inside(x, window.kernel_x, window.stride_x, window.dilation_x, window.pad_x, images.in.width);
}

// Each sort with its number, as they come.
template <class Sort> struct Classes {
  std::map<Sort, std::int64_t> number;
  std::vector<Sort> sorts;

  void add(const Sort& sort) {
    if (number.emplace(sort, static_cast<std::int64_t>(sorts.size())).second) sorts.push_back(sort);
  }
};

Classes<Inside> row_classes(const PixelWindow& window, const Images& images) {
  Classes<Inside> classes;
  for (std::int64_t y = 0; y < images.out.height; ++y)
    classes.add(rows_inside(window, images, y));
  return classes;
}

using Block = std::vector<Inside>; // one a pixel

// Block `index` along an image row. What lies behind the row's end is never looked at.
Block block_inside(const PixelWindow& window, const Images& images, std::int64_t index, std::int64_t pixels) {
  Block block;
  for (std::int64_t x = index * pixels; x < (index + 1) * pixels; ++x)
    block.push_back(columns_inside(window, images, std::min(x, images.out.width - 1)));
  return block;
}

Classes<Block> block_classes(const PixelWindow& window, const Images& images, std::int64_t pixels) {
  Classes<Block> classes;
  for (std::int64_t index = 0; index < images.out.pitch / pixels; ++index)
    classes.add(block_inside(window, images, index, pixels));
  return classes;
}

// Sums of the weights of one output channel, by element of the window.
std::vector<std::int64_t> weight_sums(const Contraction& layer, const WeightFunction& weight, std::int64_t output) {
  std::vector<std::int64_t> sums;
  for (std::int64_t tap = 0; tap < layer.window->elements(); ++tap) {
    sums.push_back(0);
    for (std::int64_t input = 0; input < layer.inputs; ++input)
      sums.back() += weight(tap, input, output);
  }
  return sums;
}

} // namespace

BiasLayout bias_layout(const LoweringContext& context, const Contraction& layer, const Tiling& tiling) {
  if (!layer.window || layer.pad_value == 0) return {};
  const Images images = images_of(context);
  const std::int64_t pitch = pitch_of_piece(context, tiling);
  const bool one_row = images.out.height == 1;
  return {static_cast<std::int64_t>(row_classes(*layer.window, images).sorts.size()),
          static_cast<std::int64_t>(block_classes(*layer.window, images, tiling.shape.rows).sorts.size()),
          pitch / tiling.shape.rows * (one_row ? tiling.repetitions : 1),
          tiling.repetitions * (tiling.piece_rows / pitch)};
}

std::int64_t bias_rows(const Tiling& tiling) {
  constexpr std::int64_t most_columns = 128; // whose biases take a sixteenth of a bank
  return tiling.shape.rows % 2 == 0 && tiling.output_slice <= most_columns ? 2 : 1;
}

std::int64_t bias_length(const BiasLayout& layout, const Tiling& tiling) {
  if (layout.row_classes == 0) return bias_rows(tiling) * tiling.output_slice;
  // Whole blocks, so that what stands behind them is aligned.
  return layout.row_classes * layout.block_classes * tiling.shape.rows * tiling.output_slice +
         round_up(layout.rows + layout.along, tiling.shape.rows * tiling.shape.columns);
}

std::optional<std::vector<std::int32_t>> packed_biases(const LoweringContext& context, const Contraction& layer,
                                                       const WeightFunction& weight,
                                                       const std::vector<std::int64_t>& bias, const Tiling& tiling,
                                                       int slice, int part) {
  const std::int64_t first = slice * tiling.output_slice;
  const auto bias_of = [&](std::int64_t output) {
    return output < layer.outputs ? bias[static_cast<std::size_t>(output)] : 0;
  };
  const BiasLayout layout = bias_layout(context, layer, tiling);
  std::vector<std::int64_t> packed;
  if (layout.row_classes == 0) {
    for (std::int64_t block = first; block < first + tiling.output_slice; block += tiling.shape.columns) {
      for (std::int64_t i = 0; i < bias_rows(tiling) * tiling.shape.columns; ++i)
        packed.push_back(bias_of(block + i % tiling.shape.columns));
    }
  } else {
    const PixelWindow& window = *layer.window;
    const Images images = images_of(context);
    const Classes<Inside> rows = row_classes(window, images);
    const Classes<Block> blocks = block_classes(window, images, tiling.shape.rows);
    for (std::int64_t block = 0; block < tiling.output_slice; block += tiling.shape.columns) {
      std::vector<std::vector<std::int64_t>> sums;
      for (std::int64_t n = 0; n < tiling.shape.columns; ++n) {
        const std::int64_t output = first + block + n;
        sums.push_back(output < layer.outputs ? weight_sums(layer, weight, output) : std::vector<std::int64_t>{});
      }
      const auto add_pixel = [&](const Inside& y, const Inside& x) {
        for (std::int64_t n = 0; n < tiling.shape.columns; ++n) {
          std::int64_t outside = 0;
          for (std::size_t tap = 0; tap < sums[static_cast<std::size_t>(n)].size(); ++tap) {
            const std::int64_t tap_y = static_cast<std::int64_t>(tap) / window.kernel_x;
            const std::int64_t tap_x = static_cast<std::int64_t>(tap) % window.kernel_x;
            const bool in =
                tap_y >= y.first && tap_y < y.first + y.count && tap_x >= x.first && tap_x < x.first + x.count;
            if (!in) outside += sums[static_cast<std::size_t>(n)][tap];
          }
          packed.push_back(bias_of(first + block + n) + layer.pad_value * outside);
        }
      };
      for (const Inside& y : rows.sorts) {
        for (const Block& pixels : blocks.sorts) {
          for (const Inside& x : pixels)
            add_pixel(y, x);
        }
      }
    }
    const bool one_row = images.out.height == 1;
    for (std::int64_t row = 0; row < layout.rows; ++row) {
      const std::int64_t y = one_row ? 0 : part * layout.rows + row;
      packed.push_back(y < images.out.height ? rows.number.at(rows_inside(window, images, y)) : 0);
    }
    const std::int64_t all_blocks = images.out.pitch / tiling.shape.rows;
    for (std::int64_t block = 0; block < layout.along; ++block) {
      const std::int64_t index = (one_row ? part * layout.along : 0) + block;
      const Block pixels = block_inside(window, images, std::min(index, all_blocks - 1), tiling.shape.rows);
      packed.push_back(blocks.number.at(pixels));
    }
    packed.resize(static_cast<std::size_t>(bias_length(layout, tiling)), 0);
  }
  std::vector<std::int32_t> result;
  for (const std::int64_t value : packed) {
    if (!storage_range(ElementType::int32).contains({value, value})) return std::nullopt;
    result.push_back(static_cast<std::int32_t>(value));
  }
  return result;
}

} // namespace tilewright
