// Views that no access pattern replaces (backends/common/rearrangement.h), element by element:
// kernels/rearrange.{h,cpp}.
#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"
#include "backends/common/windows_of_pixels.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>

namespace tilewright {

namespace {

constexpr std::int64_t block_channels = 8;

ElementType element_of(const LoweringContext& context) { return context.graph.type(context.layer.output).element; }

std::int64_t element_bytes(const LoweringContext& context) {
  return static_cast<std::int64_t>(size_in_bytes(element_of(context)));
}

// An element of a sample as the array has it; x < 0: it comes from nowhere.
struct Place {
  std::int64_t y = 0;
  std::int64_t x = -1;
  std::int64_t channel = 0;
  bool exists() const { return x >= 0; }
};

// The layer, with what its elements are in buffers.
struct Moved {
  RowLayout in;
  RowLayout out;
  std::int64_t channels = 0;  // of the result
  std::vector<Place> sources; // of each of its elements, in order
  bool by_pixel = false;      // every pixel keeps its channels
  std::int64_t granule = 1;   // neighbouring channels that stay together
  const Place& source(std::int64_t y, std::int64_t x, std::int64_t channel) const {
    return sources[static_cast<std::size_t>((y * out.width + x) * channels + channel)];
  }
};

// Whether `granule` channels from `first` on come from as many whole ones of one pixel, or all from nowhere.
bool stay_together(const Moved& moved, std::size_t first, std::int64_t granule) {
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

bool all_stay_together(const Moved& moved, std::int64_t granule) {
  const auto all = static_cast<std::int64_t>(moved.sources.size());
  for (std::int64_t pixel = 0; pixel < all; pixel += moved.channels) {
    for (std::int64_t channel = 0; channel < moved.channels; channel += granule) {
      if (!stay_together(moved, static_cast<std::size_t>(pixel + channel), granule)) return false;
    }
  }
  return true;
}

bool keeps_channels(const Moved& moved, std::int64_t in_channels) {
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

Moved moved_by(const LoweringContext& context) {
  Moved moved{.in = input_image(context), .out = output_image(context)};
  moved.channels = context.graph.type(context.layer.output).shape.back();
  const std::int64_t in_channels = context.graph.type(context.layer.input()).shape.back();
  const InputLayout layout = input_layout(context.graph, context.layer.inputs.front(), context.iteration);
  for (const std::int64_t index : context.layer.rearrangement->source) {
    Place place;
    if (index >= 0) {
      const std::int64_t pixel = index / in_channels;
      place = {pixel / moved.in.width, pixel % moved.in.width,
               layout.position[static_cast<std::size_t>(index % in_channels)]};
    }
    moved.sources.push_back(place);
  }
  moved.by_pixel = layout.contiguous() && keeps_channels(moved, in_channels);
  moved.granule = block_channels;
  while (!moved.by_pixel && !all_stay_together(moved, moved.granule))
    moved.granule /= 2;
  return moved;
}

// Pixels or image rows that the calls of an iteration read, along one axis.
struct Span {
  std::int64_t first = std::numeric_limits<std::int64_t>::max();
  std::int64_t last = -1;
  void add(std::int64_t at) {
    first = std::min(first, at);
    last = std::max(last, at);
  }
};

// As many from call to call as leaves the fewest in one: `step` further each time, from `first` on.
struct Stride {
  std::int64_t first = 0;
  std::int64_t count = 1;
  std::int64_t step = 0;
};

Stride stride_over(const std::vector<Span>& calls) {
  const auto with_step = [&](std::int64_t step) {
    Span window;
    for (std::size_t call = 0; call < calls.size(); ++call) {
      if (calls[call].last < 0) continue;
      window.add(calls[call].first - static_cast<std::int64_t>(call) * step);
      window.last = std::max(window.last, calls[call].last - static_cast<std::int64_t>(call) * step);
    }
    if (window.last < window.first) return Stride{0, 1, step};
    return Stride{window.first, window.last - window.first + 1, step};
  };
  if (calls.size() == 1) return with_step(0);
  std::int64_t furthest = 0;
  for (const Span& call : calls)
    furthest = std::max(furthest, call.last + 1);
  const std::int64_t step = furthest / static_cast<std::int64_t>(calls.size());
  const Stride less = with_step(std::max<std::int64_t>(step, 1));
  const Stride more = with_step(step + 1);
  return less.count <= more.count ? less : more;
}

// What the calls of an iteration have to do.
struct Calls {
  WindowReads reads;
  std::int64_t tables = 1;
  std::vector<std::int16_t> table;
};

// Rows of the result in one call, as x, y of the image; those of the padding are left out.
template <class Visit>
void for_each_pixel(const LoweringContext& context, const Moved& moved, const Tiling& tiling, std::int64_t call,
                    Visit visit) {
  const std::int64_t pitch = pitch_of_piece(context, tiling);
  const std::int64_t band = tiling.piece_rows / pitch;
  const bool one_row = moved.out.height == 1;
  for (std::int64_t row = 0; row < tiling.piece_rows; ++row) {
    const std::int64_t y = one_row ? 0 : call * band + row / pitch;
    const std::int64_t x = row % pitch + (one_row ? call * pitch : 0);
    if (x < moved.out.width && y < moved.out.height) visit(row, y, x);
  }
}

// nullopt where the input's axis along which calls would go on has one position only.
std::optional<WindowReads> reads_for(const LoweringContext& context, const Moved& moved, const Tiling& tiling) {
  const bool one_row = moved.out.height == 1;
  if (tiling.repetitions > 1 && one_row != (moved.in.height == 1)) return std::nullopt;
  std::vector<Span> rows(static_cast<std::size_t>(tiling.repetitions));
  std::vector<Span> pixels = rows;
  for (int call = 0; call < tiling.repetitions; ++call) {
    for_each_pixel(context, moved, tiling, call, [&](std::int64_t, std::int64_t y, std::int64_t x) {
      for (std::int64_t channel = 0; channel < moved.channels; channel += moved.by_pixel ? moved.channels : 1) {
        const Place& from = moved.source(y, x, channel);
        if (!from.exists()) continue;
        rows[static_cast<std::size_t>(call)].add(from.y);
        pixels[static_cast<std::size_t>(call)].add(from.x);
      }
    });
  }
  WindowReads reads{.image = moved.in, .width = moved.in.pitch, .height = 1};
  if (tiling.repetitions > 1 && one_row) {
    const Stride along = stride_over(pixels);
    reads.first_x = along.first;
    reads.width = along.count;
    reads.step_x = along.step;
  } else {
    const Stride down = stride_over(rows);
    reads.first_y = down.first;
    reads.height = down.count;
    reads.step_y = down.step;
  }
  return reads;
}

// Entries of one call: for every block of channels, or once for all of them.
std::int64_t entries_of(const Moved& moved, const Tiling& tiling) {
  return moved.by_pixel ? tiling.piece_rows : tiling.piece_rows * tiling.output_slice / moved.granule;
}

std::optional<Calls> calls_of(const LoweringContext& context, const Moved& moved, const Tiling& tiling) {
  const std::optional<WindowReads> reads = reads_for(context, moved, tiling);
  if (!reads) return std::nullopt;
  const std::int64_t in_rows = reads->width * reads->height;
  const std::int64_t in_block = block_channels / moved.granule; // entries of a pixel in a block
  Calls result{*reads, tiling.repetitions, {}};
  if (in_rows * tiling.input_slice / moved.granule > std::numeric_limits<std::int16_t>::max()) return std::nullopt;
  const auto entries = static_cast<std::size_t>(entries_of(moved, tiling));
  std::vector<std::vector<std::int16_t>> tables;
  for (int call = 0; call < tiling.repetitions; ++call) {
    tables.emplace_back(entries, 0);
    for_each_pixel(context, moved, tiling, call, [&](std::int64_t row, std::int64_t y, std::int64_t x) {
      const std::int64_t last = moved.by_pixel ? 1 : moved.channels;
      for (std::int64_t channel = 0; channel < last; channel += moved.granule) {
        const Place& from = moved.source(y, x, channel);
        const std::int64_t block = channel / block_channels;
        const std::int64_t entry =
            (block * tiling.piece_rows + row) * in_block + channel % block_channels / moved.granule;
        std::int64_t at = -1;
        if (from.exists()) {
          const std::int64_t in_row = (from.y - reads->first_y - call * reads->step_y) * reads->width + from.x -
                                      reads->first_x - call * reads->step_x;
          at = (from.channel / block_channels * in_rows + in_row) * in_block +
               from.channel % block_channels / moved.granule;
        }
        tables.back()[static_cast<std::size_t>(entry)] = static_cast<std::int16_t>(at);
      }
    });
  }
  if (std::ranges::all_of(tables, [&](const auto& table) { return table == tables.front(); })) tables.resize(1);
  result.tables = static_cast<std::int64_t>(tables.size());
  for (const std::vector<std::int16_t>& table : tables)
    std::ranges::copy(table, std::back_inserter(result.table));
  return result;
}

Assessment assess(const LoweringContext& context) {
  if (element_bytes(context) > 4) {
    return {{},
            {{ProblemKind::model, "", fmt::format("elements are {}", name_of(element_of(context))), 0, 0,
              "quantize to 32 bits or fewer"}}};
  }
  const Moved moved = moved_by(context);
  MmulShape shape = context.target.mmul_shapes.front();
  shape.inner = block_channels;
  shape.columns = block_channels;
  if (moved.by_pixel) return {channelwise_tilings(context, moved.channels, shape), {}};
  Tiling tiling; // any channel may go anywhere
  tiling.shape = shape;
  tiling.input_slice =
      round_up(buffer_features(context.graph, context.layer.inputs.front(), context.iteration), block_channels);
  tiling.output_slice = round_up(moved.channels, block_channels);
  return {{tiling}, {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  TileMemory result;
  result.output = tiling.piece_rows * tiling.output_slice * element_bytes(context);
  result.stack = stack_bytes;
  if (result.output > context.target.bank_bytes()) return result; // whatever the rest is, which takes longer to tell
  const std::optional<Calls> calls = calls_of(context, moved_by(context), tiling);
  // Where an iteration can't be cut into these calls, one would have to hold the whole image.
  const std::int64_t rows = calls ? calls->reads.width * calls->reads.height : input_image(context).rows();
  result.input = rows * tiling.input_slice * element_bytes(context);
  if (!calls) result.input = std::max<std::int64_t>(result.input, context.target.bank_bytes() + 1);
  if (calls) result.parameters = static_cast<std::int64_t>(calls->table.size() * sizeof(std::int16_t));
  return result;
}

// Integers of at most 32 bits that an entry is made of.
struct Units {
  std::int64_t bytes = 1;
  std::int64_t count = 1;
};

Units units_of(const LoweringContext& context, const Moved& moved) {
  const std::int64_t bytes = moved.granule * element_bytes(context);
  return {std::min<std::int64_t>(bytes, 4), divide_up(bytes, 4)};
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const Moved moved = moved_by(context);
  const Units units = units_of(context, moved);
  LoopWork entries{.name = "entries",
                   .entries = moved.by_pixel ? tiling.output_slice / block_channels : 1,
                   .iterations = entries_of(moved, tiling)};
  // Scalar registers are loaded through one port only.
  entries.body.loads = context.target.timing.load_ports * (1 + units.count);
  entries.body.stores = units.count;
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
  const Moved moved = moved_by(context);
  const Calls calls = calls_of(context, moved, tiling).value();
  const Units units = units_of(context, moved);
  const std::int64_t in_rows = calls.reads.width * calls.reads.height;
  constexpr std::array<std::string_view, 5> unit_types{"", "int8", "int16", "", "int32"};
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "rearrange";
  group.kernel_classes = {"rearrange"};
  group.config = {
      {"using", "element_type", std::string(type_name(element_of(context)))},
      {"using", "unit_type", std::string(unit_types[static_cast<std::size_t>(units.bytes)])},
      {"unsigned", "units", number(units.count)},
      {"unsigned", "entries", number(entries_of(moved, tiling))},
      {"unsigned", "passes", number(moved.by_pixel ? tiling.output_slice / block_channels : 1)},
      {"unsigned", "in_step", number(in_rows * units.count)},
      {"unsigned", "tables", number(calls.tables)},
      {"unsigned", "fill", number(fill_bits(context.layer.rearrangement->fill, element_bytes(context), units.bytes))},
      {"unsigned", "in_elements", number(in_rows * tiling.input_slice)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  for (int tile = 0; tile < tiling.rows; ++tile) {
    group.parameters.push_back(
        {"parameters",
         tile,
         {0, tile},
         1,
         Tensor::of<std::int16_t>({static_cast<std::int64_t>(calls.table.size())}, calls.table)});
  }
  return group;
}

} // namespace

void register_rearrange_lowering(LoweringRegistry& registry) {
  registry.add({.name = "rearrange",
                .op = std::string(rearranging_op),
                .summary = "element by element, a slice of the channels to a tile where channels stay",
                .assess = assess,
                .reads = [](const LoweringContext& context, const Tiling& tiling) -> std::optional<WindowReads> {
                  return reads_for(context, moved_by(context), tiling);
                },
                .looks_at_windows = [](const LoweringContext&) { return true; },
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
