// Views that no access pattern replaces (backends/common/rearrangement.h), element by element:
// kernels/rearrange.{h,cpp}.
#include "backends/common/channelwise.h"
#include "backends/common/moved_elements.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <span>

namespace tilewright {

namespace {

ElementType element_of(const LoweringContext& context) { return context.graph.type(context.layer.output).element; }

std::int64_t element_bytes(const LoweringContext& context) {
  return static_cast<std::int64_t>(size_in_bytes(element_of(context)));
}

// What the calls of each tile's iteration have to do: a table for all of them, or one each.
struct Tables {
  WindowReads reads;
  std::int64_t count = 1; // of a tile
  std::vector<std::vector<std::int16_t>> of_parts;
};

// Of one call: a number each, or two for a block.
std::int64_t entries_of(const MovedElements& moved, const Tiling& tiling) {
  const std::int64_t rows = moved.in_blocks() ? tiling.piece_rows / block_pixels : tiling.piece_rows;
  if (moved.unit == MovedUnit::pixel) return rows; // for every block of channels the same
  return rows * tiling.output_slice / (moved.in_blocks() ? block_channels : moved.granule);
}

std::int64_t numbers_of_entry(const MovedElements& moved) { return moved.in_blocks() ? 2 : 1; }

// Where calls find pixels and channels in their input buffer.
struct InputBuffer {
  const WindowReads& reads;
  std::int64_t call = 0;
  std::int64_t rows() const { return reads.width * reads.height; }
  std::int64_t row_of(const Place& place) const {
    return (place.y - reads.first_y - call * reads.step_y) * reads.width + place.x - reads.first_x -
           call * reads.step_x;
  }
  std::int64_t block_of(const Place& place) const {
    return (place.channel / block_channels * rows() + row_of(place)) / block_pixels;
  }
};

void fill_turned(const MovedElements& moved, const Tiling& tiling, const InputBuffer& in,
                 std::vector<std::int16_t>& table) {
  for_each_pixel(moved, tiling, in.call, [&](std::int64_t row, std::int64_t y, std::int64_t x) {
    if (x % block_pixels != 0) return;
    for (std::int64_t channel = 0; channel < moved.channels; channel += block_channels) {
      const Place& corner = moved.source(y, x, channel);
      const std::int64_t first = in.block_of(corner);
      const bool one_half = moved.channels - channel <= block_pixels;
      const std::int64_t entry = (channel / block_channels * tiling.piece_rows + row) / block_pixels;
      const std::int64_t half = corner.channel % block_channels / block_pixels;
      table[static_cast<std::size_t>(2 * entry)] = static_cast<std::int16_t>(2 * first + half);
      table[static_cast<std::size_t>(2 * entry + 1)] = static_cast<std::int16_t>(one_half ? first : first + 1);
    }
  });
}

void fill_woven(const MovedElements& moved, const Tiling& tiling, const InputBuffer& in,
                std::vector<std::int16_t>& table) {
  const std::int64_t channels = moved.unit == MovedUnit::pixel ? 1 : moved.channels;
  for_each_pixel(moved, tiling, in.call, [&](std::int64_t row, std::int64_t y, std::int64_t x) {
    if (x % block_pixels != 0) return;
    for (std::int64_t channel = 0; channel < channels; channel += block_channels) {
      const Place& even = moved.source(y, x, channel);
      const Place odd = x + 1 < moved.out.width ? moved.source(y, x + 1, channel) : Place{};
      const std::int64_t entry = (channel / block_channels * tiling.piece_rows + row) / block_pixels;
      const std::int64_t first = even.exists() ? 2 * in.block_of(even) + in.row_of(even) % block_pixels / 2 : -1;
      table[static_cast<std::size_t>(2 * entry)] = static_cast<std::int16_t>(first);
      table[static_cast<std::size_t>(2 * entry + 1)] = static_cast<std::int16_t>(odd.exists() ? in.block_of(odd) : -1);
    }
  });
}

void fill_granules(const MovedElements& moved, const Tiling& tiling, const InputBuffer& in,
                   std::vector<std::int16_t>& table) {
  const std::int64_t in_block = block_channels / moved.granule; // entries of a pixel in a block
  const std::int64_t channels = moved.unit == MovedUnit::pixel ? 1 : moved.channels;
  for_each_pixel(moved, tiling, in.call, [&](std::int64_t row, std::int64_t y, std::int64_t x) {
    for (std::int64_t channel = 0; channel < channels; channel += moved.granule) {
      const Place& from = moved.source(y, x, channel);
      const std::int64_t block = channel / block_channels;
      const std::int64_t entry =
          (block * tiling.piece_rows + row) * in_block + channel % block_channels / moved.granule;
      std::int64_t at = -1;
      if (from.exists()) {
        at = (from.channel / block_channels * in.rows() + in.row_of(from)) * in_block +
             from.channel % block_channels / moved.granule;
      }
      table[static_cast<std::size_t>(entry)] = static_cast<std::int16_t>(at);
    }
  });
}

// nullopt where calls can't go on, or would have more to choose from than an entry can say.
std::optional<Tables> tables_of(const MovedElements& moved, const Tiling& tiling) {
  const std::optional<WindowReads> reads = reads_of(moved, tiling);
  if (!reads) return std::nullopt;
  Tables result{*reads, 1, {}};
  InputBuffer in{result.reads};
  if (in.rows() * tiling.input_slice / moved.granule > std::numeric_limits<std::int16_t>::max()) return std::nullopt;
  const auto numbers = static_cast<std::size_t>(entries_of(moved, tiling) * numbers_of_entry(moved));
  bool all_equal = true;
  for (int part = 0; part < tiling.batch_parts; ++part) {
    std::vector<std::int16_t>& all = result.of_parts.emplace_back();
    for (int call = 0; call < tiling.repetitions; ++call, ++in.call) {
      std::vector<std::int16_t> table(numbers, 0);
      const auto fill = moved.unit == MovedUnit::turned ? fill_turned : moved.woven ? fill_woven : fill_granules;
      fill(moved, tiling, in, table);
      all_equal = all_equal && (call == 0 || std::ranges::equal(table, std::span(all).first(numbers)));
      std::ranges::copy(table, std::back_inserter(all));
    }
  }
  result.count = all_equal ? 1 : tiling.repetitions;
  for (std::vector<std::int16_t>& table : result.of_parts)
    table.resize(static_cast<std::size_t>(result.count) * numbers);
  return result;
}

Assessment assess(const LoweringContext& context) {
  if (element_bytes(context) > 4) {
    return {{},
            {{ProblemKind::model, "", fmt::format("elements are {}", name_of(element_of(context))), 0, 0,
              "quantize to 32 bits or fewer"}}};
  }
  const MovedElements moved = moved_by(context);
  if (moved.unit == MovedUnit::pixel) {
    return {channelwise_tilings(context, moved.channels, block_channels, RowsOfTiles::any), {}};
  }
  // Any channel may go anywhere: only the rows of the result are cut.
  Assessment result;
  const int most_parts = context.spread && context.iteration.by_sample ? context.device.rows : 1;
  for (int parts = 1; parts <= most_parts; ++parts) {
    Tiling tiling;
    tiling.shape = context.target.mmul_shapes.front();
    tiling.shape.inner = block_channels;
    tiling.shape.columns = block_channels;
    tiling.rows = parts;
    tiling.batch_parts = parts;
    tiling.input_slice =
        round_up(buffer_features(context.graph, context.layer.inputs.front(), context.iteration), block_channels);
    tiling.output_slice = round_up(moved.channels, block_channels);
    result.tilings.push_back(tiling);
  }
  return result;
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  TileMemory result;
  result.output = tiling.piece_rows * tiling.output_slice * element_bytes(context);
  result.stack = stack_bytes;
  if (result.output > context.target.bank_bytes()) return result; // whatever the rest is, which takes longer to tell
  const MovedElements moved = moved_by(context);
  const std::optional<Tables> tables = tables_of(moved, tiling);
  // Where an iteration can't be cut into these calls, one would have to hold the whole image.
  const std::int64_t rows = tables ? tables->reads.width * tables->reads.height : moved.in.rows();
  result.input = rows * tiling.input_slice * element_bytes(context);
  if (!tables) result.input = std::max<std::int64_t>(result.input, context.target.bank_bytes() + 1);
  if (tables) result.parameters = static_cast<std::int64_t>(tables->of_parts.front().size() * sizeof(std::int16_t));
  return result;
}

// Integers of at most 32 bits that an entry is made of.
struct Units {
  std::int64_t bytes = 1;
  std::int64_t count = 1;
};

Units units_of(const LoweringContext& context, const MovedElements& moved) {
  const std::int64_t bytes = moved.granule * element_bytes(context);
  return {std::min<std::int64_t>(bytes, 4), divide_up(bytes, 4)};
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const MovedElements moved = moved_by(context);
  const Timing& timing = context.target.timing;
  LoopWork entries{.name = "entries",
                   .entries = moved.unit == MovedUnit::pixel ? tiling.output_slice / block_channels : 1,
                   .iterations = entries_of(moved, tiling)};
  // Scalar registers are loaded through one port only.
  entries.body.loads = timing.load_ports * numbers_of_entry(moved);
  if (moved.in_blocks()) {
    const std::int64_t bytes = block_pixels * block_channels * element_bytes(context);
    entries.body.loads += 2 * loads_of(bytes, timing);
    // Side by side and turned in two steps, or woven in one; then one half of it.
    const std::int64_t steps = moved.unit == MovedUnit::turned ? 2 : 1;
    entries.body.shuffles = placing_work(bytes, timing) + steps * vector_instructions_of(2 * bytes, timing) + 1;
    if (moved.woven) entries.body.vector_alu = 2 * vector_instructions_of(bytes, timing); // or nothing
    entries.body.stores = stores_of(bytes, timing);
  } else {
    const Units units = units_of(context, moved);
    entries.body.loads += timing.load_ports * units.count;
    entries.body.stores = units.count;
  }
  return {{.locks = 3, .loops = {entries}}};
}

// The bits of a unit that is full of the value.
std::uint32_t fill_bits(std::int64_t value, std::int64_t element_bytes, std::int64_t unit_bytes) {
  const std::uint32_t mask = element_bytes == 4 ? ~0U : (1U << (8 * element_bytes)) - 1;
  std::uint32_t bits = 0;
  for (std::int64_t byte = 0; byte < unit_bytes; byte += element_bytes)
    bits |= (static_cast<std::uint32_t>(value) & mask) << (8 * byte);
  return bits;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const MovedElements moved = moved_by(context);
  const Tables tables = tables_of(moved, tiling).value();
  const Units units = units_of(context, moved);
  const std::int64_t in_rows = tables.reads.width * tables.reads.height;
  constexpr std::array<std::string_view, 5> unit_types{"", "int8", "int16", "", "int32"};
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "rearrange";
  group.kernel_classes = {"rearrange"};
  group.config = {
      {"using", "element_type", std::string(type_name(element_of(context)))},
      {"unsigned", "blocks",
       moved.unit == MovedUnit::turned ? "1"
       : moved.woven                   ? "2"
                                       : "0"},
      {"using", "unit_type", std::string(unit_types[static_cast<std::size_t>(units.bytes)])},
      {"unsigned", "units", number(units.count)},
      {"unsigned", "entries", number(entries_of(moved, tiling))},
      {"unsigned", "passes", number(moved.unit == MovedUnit::pixel ? tiling.output_slice / block_channels : 1)},
      {"unsigned", "in_step", number(in_rows * (moved.in_blocks() ? block_channels : units.count))},
      {"unsigned", "tables", number(tables.count)},
      {"unsigned", "fill",
       number(fill_bits(context.layer.rearrangement->fill, element_bytes(context),
                        moved.in_blocks() ? element_bytes(context) : units.bytes))},
      {"unsigned", "in_elements", number(in_rows * tiling.input_slice)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  for (int tile = 0; tile < tiling.rows; ++tile) {
    const std::vector<std::int16_t>& table = tables.of_parts[static_cast<std::size_t>(tile % tiling.batch_parts)];
    group.parameters.push_back(
        {"parameters", tile, {0, tile}, 1, Tensor::of<std::int16_t>({static_cast<std::int64_t>(table.size())}, table)});
  }
  return group;
}

} // namespace

void register_rearrange_lowering(LoweringRegistry& registry) {
  registry.add({.name = "rearrange",
                .op = std::string(rearranging_op),
                .summary = "in blocks, pixels or elements; a band of the result to a tile",
                .assess = assess,
                .reads = [](const LoweringContext& context, const Tiling& tiling) -> std::optional<WindowReads> {
                  return reads_of(moved_by(context), tiling);
                },
                .looks_at_windows = [](const LoweringContext&) { return true; },
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
