// What the kernels of kernels/contraction.cpp issue, in the same order.
#include "backends/common/contraction_bias.h"

#include <optional>
#include <utility>

namespace tilewright {

namespace {

bool is_multiple(std::int64_t value, std::int64_t unit) { return value % unit == 0; }

// Multiplications that still fit program memory as straight code: a pipelined loop takes up to three times its body, of
// at most 16 bytes an instruction.
constexpr std::int64_t most_straight_multiplies = 224;

// The layer, cut.
struct TileShape {
  PixelWindow window;
  std::int64_t groups_down = 0; // blocks of rows
  std::int64_t groups_across = 0;
  std::int64_t along = 0; // blocks along an image row of the result
  std::int64_t inner = 0; // blocks of input channels of a sum
  std::int64_t columns_together = 0;
};

TileShape tile_shape(const LoweringContext& context, const Contraction& layer, const Tiling& tiling) {
  TileShape tile;
  tile.window = layer.window.value_or(PixelWindow{});
  tile.groups_down = tiling.piece_rows / tiling.shape.rows;
  tile.groups_across = tiling.output_slice / tiling.shape.columns;
  tile.along = tile.groups_down;
  if (layer.window) tile.along = pitch_of_piece(context, tiling) / tiling.shape.rows;
  tile.inner = group_inner(layer, tiling);
  tile.columns_together = group_columns(layer, tiling);
  return tile;
}

// Whether operands that are joined lie side by side in twos.
bool joins_pairs(const TileShape& tile, const ContractionBlocking& blocking) {
  return blocking.rows > 1 && tile.window.stride_x == 1 && tile.along > 1;
}

// The products of one group with one row of the window, for one block of input channels.
Instructions row_work(const TileShape& tile, const Contraction& layer, const Tiling& tiling,
                      const ContractionBlocking& blocking, const Timing& timing) {
  const MmulShape& shape = tiling.shape;
  const std::int64_t weights = shape.inner * shape.columns * weight_bits(layer, shape) / 8;
  const std::int64_t block = shape.rows * shape.block_inner() * static_cast<std::int64_t>(size_in_bytes(layer.input));
  Instructions row;
  for (std::int64_t tap = 0; tap < tile.window.kernel_x; ++tap) {
    if (shape.joined_blocks == 1) {
      row += blocking.rows * operand_work(tile.window, tap, shape.rows, block, timing);
    } else if (joins_pairs(tile, blocking)) {
      row += blocking.rows / 2 * shape.joined_blocks * operand_pair_work(tile.window, tap, shape.rows, block, timing);
      row.shuffles += blocking.rows / 2 * vector_instructions_of(2 * shape.joined_blocks * block, timing);
    } else {
      row += blocking.rows * shape.joined_blocks * operand_work(tile.window, tap, shape.rows, block, timing);
      row.shuffles +=
          blocking.rows * vector_instructions_of(2 * shape.joined_blocks * block, timing); // one half is lost
    }
    row.loads += blocking.columns * loads_of(weights, timing);
    row.multiplies += blocking.rows * blocking.columns * shape.instructions;
  }
  return row;
}

// Setting the accumulators of one group: to biases, or to what the cascade brings.
Instructions begin_work(const Contraction& layer, const Tiling& tiling, const ContractionBlocking& blocking, bool first,
                        const Timing& timing) {
  const MmulShape& shape = tiling.shape;
  const std::int64_t lanes = shape.rows * shape.columns;
  const std::int64_t sums = lanes * shape.kept_bits() / 8;
  const std::int64_t blocks = blocking.rows * blocking.columns;
  Instructions block;
  if (!first) {
    block.cascade_reads = cascade_words_of(sums, timing);
    return blocks * block;
  }
  block.shuffles = vector_instructions_of(sums, timing);
  if (layer.window && layer.pad_value != 0) {
    block.loads = loads_of(lanes * 4, timing) + 2; // and the sorts of image row and block
    return blocks * block;
  }
  Instructions column; // two rows of biases side by side
  column.loads = loads_of(bias_rows(tiling) * shape.columns * 4, timing);
  if (bias_rows(tiling) == 1 && shape.rows > 1) column.shuffles = 2 * placing_work(shape.columns * 4, timing);
  return blocks * block + blocking.columns * column;
}

// Taking them.
Instructions end_work(const Contraction& layer, const Tiling& tiling, const ContractionBlocking& blocking, bool last,
                      const Timing& timing) {
  const MmulShape& shape = tiling.shape;
  const std::int64_t lanes = shape.rows * shape.columns;
  Instructions block;
  if (last) {
    const IntegerRange reached = sums_with_biases(layer);
    RequantizationShape requantize = requantization_shape(layer.requantize, &reached, layer.halfwords);
    if (requantize.mode == RequantizationPlan::Mode::halfwords) requantize.table_rows = halfword_rows(tiling);
    block = requantization_work(requantize, lanes, shape.accumulator_bits, timing);
    block.stores += stores_of(lanes * static_cast<std::int64_t>(size_in_bytes(requantize.element)), timing);
  } else {
    block.cascade_writes = cascade_words_of(lanes * shape.kept_bits() / 8, timing);
  }
  return blocking.rows * blocking.columns * block;
}

// Tile `column` of a cascade of `length`.
KernelWork tile_work(const TileShape& tile, const Contraction& layer, const Tiling& tiling,
                     const ContractionBlocking& blocking, int column, int length, const Timing& timing) {
  const MmulShape& shape = tiling.shape;
  const bool first = column == 0;
  const bool last = column + 1 == length;
  const std::int64_t blocks = blocking.rows * blocking.columns;
  const std::int64_t groups = tile.groups_down / blocking.rows * (tile.groups_across / blocking.columns);
  const std::int64_t sums_bits = static_cast<std::int64_t>(shape.rows) * shape.columns * shape.kept_bits();
  const Instructions row = row_work(tile, layer, tiling, blocking, timing);
  const std::int64_t rows = tile.inner * tile.window.kernel_y; // of windows, in a sum
  const std::int64_t straight_rows = blocking.straight == 2 ? rows : blocking.straight == 1 ? tile.window.kernel_y : 1;
  const std::int64_t chain = straight_rows * tile.window.kernel_x * timing.accumulate_latency; // into one accumulator
  KernelWork work{.first_column = column, .columns = 1, .locks = last ? 4 : first ? 3 : 2};
  LoopWork group{.name = "groups",
                 .entries = 1,
                 .iterations = groups,
                 .body = begin_work(layer, tiling, blocking, first, timing) +
                         end_work(layer, tiling, blocking, last, timing)};
  if (blocking.straight == 2) {
    group.body += rows * row;
    group.recurrence = blocks == 1 ? chain : 1;
    group.pipelined = 2 * blocks * sums_bits <= timing.accumulator_bits;
    work.loops = {group};
  } else {
    group.pipelined = false;
    work.loops = {{.name = "inner dimension",
                   .entries = groups,
                   .iterations = rows / straight_rows,
                   .body = straight_rows * row,
                   .recurrence = chain},
                  group};
  }
  return work;
}

// Groups are whole parts of an image row, or whole image rows.
bool divides(const TileShape& tile, int down, int across) {
  return is_multiple(tile.groups_down, down) && is_multiple(tile.columns_together, across) &&
         (is_multiple(tile.along, down) || is_multiple(down, tile.along));
}

} // namespace

ContractionBlocking contraction_blocking(const LoweringContext& context, const Contraction& layer,
                                         const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  const TileShape tile = tile_shape(context, layer, tiling);
  const int length = tiling.cascade_length();
  std::optional<ContractionBlocking> best;
  std::pair<bool, std::int64_t> least; // whether it is too large for program memory, then cycles
  for (const auto& [down, across] :
       {std::pair{2, 2}, std::pair{2, 1}, std::pair{1, 2}, std::pair{4, 1}, std::pair{1, 1}}) {
    if (!divides(tile, down, across)) continue;
    const std::int64_t multiplies = down * across * tile.window.elements() * tiling.shape.instructions; // of a window
    ContractionBlocking blocking{down, across, 0};
    if (multiplies <= most_straight_multiplies) blocking.straight = 1;
    if (tile.inner * multiplies <= most_straight_multiplies) blocking.straight = 2;
    const auto work = [&] { return tile_work(tile, layer, tiling, blocking, length - 1, length, timing); };
    const auto is_too_large = [&](const KernelWork& tried) {
      return program_bytes(tried, timing) > context.target.program_memory_bytes;
    };
    KernelWork tried = work();
    while (blocking.straight > 0 && is_too_large(tried)) {
      --blocking.straight;
      tried = work();
    }
    const std::pair cost{is_too_large(tried), kernel_cycles(tried, timing).total};
    if (best && cost >= least) continue;
    best = blocking;
    least = cost;
  }
  return *best;
}

std::vector<KernelWork> contraction_work(const LoweringContext& context, const Contraction& layer,
                                         const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  const TileShape tile = tile_shape(context, layer, tiling);
  const ContractionBlocking blocking = contraction_blocking(context, layer, tiling);
  const int length = tiling.cascade_length();
  std::vector<KernelWork> result{tile_work(tile, layer, tiling, blocking, 0, length, timing)};
  if (length > 2) {
    result.push_back(tile_work(tile, layer, tiling, blocking, 1, length, timing));
    result.back().columns = length - 2;
  }
  if (length > 1) result.push_back(tile_work(tile, layer, tiling, blocking, length - 1, length, timing));
  return result;
}

} // namespace tilewright
