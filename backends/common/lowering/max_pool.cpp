// The largest element of each window, a slice of the channels to a tile: kernels/max_pool.{h,cpp}.
#include "ir/ops/max_pool.h"

#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"
#include "backends/common/windows_of_pixels.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_channels = 8;

const Windows& windows_of(const LoweringContext& context) {
  return context.graph.node(context.layer.node).attributes.as<MaxPoolAttributes>().windows;
}

const ValueType& input_type(const LoweringContext& context) { return context.graph.type(context.layer.input()); }

// Blocks as large as a load, in pixels that the image rows are whole blocks of.
MmulShape block_shape(const LoweringContext& context) {
  MmulShape shape = context.target.mmul_shapes.front();
  if (size_in_bytes(input_type(context).element) > 1) shape.rows = std::min(shape.rows, 4);
  shape.inner = block_channels;
  shape.columns = block_channels;
  return shape;
}

std::optional<Refusal> unsupported(const LoweringContext& context) {
  const auto refuse = [](std::string reason, std::string hint) {
    return Refusal{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
  };
  const ValueType& input = input_type(context);
  if (windows_of(context).kernel.size() > 2) {
    return refuse("the window has more than two axes", "pool in one or two dimensions");
  }
  if (!is_integer(input.element) || size_in_bytes(input.element) > 2) {
    return refuse(fmt::format("the operand is {}", name_of(input.element)), "quantize to 16 bits or fewer");
  }
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    return scattered_columns();
  }
  return std::nullopt;
}

PixelWindow window_of(const LoweringContext& context) {
  return *pixel_window(windows_of(context), context.graph.type(context.layer.output).shape);
}

// Whether zeros that are read outside of the image could be larger than what is inside. They cannot where nothing is
// negative: every window has an element inside.
bool is_padded(const LoweringContext& context) {
  return has_padding(windows_of(context)) && range_of(input_type(context)).min < 0;
}

Assessment assess(const LoweringContext& context) {
  if (const std::optional<Refusal> refusal = unsupported(context)) return {{}, {*refusal}};
  const RowsOfTiles rows = is_padded(context) ? RowsOfTiles::all : RowsOfTiles::any; // limits are by position
  return {channelwise_tilings(context, input_type(context).shape.back(), block_shape(context), rows), {}};
}

// Blocks along an image row of the result, of all calls if there is only one row.
std::int64_t limits_along(const LoweringContext& context, const Tiling& tiling) {
  const std::int64_t calls = output_image(context).height == 1 ? tiling.repetitions : 1;
  return calls * pitch_of_piece(context, tiling) / tiling.shape.rows;
}

// Length of the parameters. An array of length zero is no array.
std::int64_t limits_length(const LoweringContext& context, const Tiling& tiling) {
  const std::int64_t block = tiling.shape.rows * block_channels;
  if (!is_padded(context)) return block;
  return limits_along(context, tiling) * window_of(context).kernel_x * block;
}

// kernels/max_pool.h: the most that each lane may be.
Tensor packed_limits(const LoweringContext& context, const Tiling& tiling) {
  const ElementType element = input_type(context).element;
  std::vector<std::int64_t> limits;
  if (is_padded(context)) {
    const PixelWindow window = window_of(context);
    const std::int64_t width = input_image(context).width;
    const IntegerRange storage = storage_range(element);
    for (std::int64_t block = 0; block < limits_along(context, tiling); ++block) {
      for (std::int64_t tap = 0; tap < window.kernel_x; ++tap) {
        for (std::int64_t pixel = 0; pixel < tiling.shape.rows; ++pixel) {
          const std::int64_t x =
              (block * tiling.shape.rows + pixel) * window.stride_x - window.pad_x + tap * window.dilation_x;
          limits.insert(limits.end(), block_channels, x >= 0 && x < width ? storage.max : storage.min);
        }
      }
    }
  }
  limits.resize(static_cast<std::size_t>(limits_length(context, tiling)), 0);
  return from_int64(element, {static_cast<std::int64_t>(limits.size())}, limits);
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  const WindowReads reads = reads_of(context, window_of(context), tiling);
  const auto bytes = static_cast<std::int64_t>(size_in_bytes(input_type(context).element));
  TileMemory result;
  result.input = reads.width * reads.height * tiling.input_slice * bytes;
  result.output = tiling.piece_rows * tiling.output_slice * bytes;
  result.parameters = limits_length(context, tiling) * bytes;
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  const PixelWindow window = window_of(context);
  const std::int64_t bytes =
      tiling.shape.rows * block_channels * static_cast<std::int64_t>(size_in_bytes(input_type(context).element));
  LoopWork blocks{.name = "blocks",
                  .entries = tiling.output_slice / block_channels,
                  .iterations = tiling.piece_rows / tiling.shape.rows};
  for (std::int64_t tap = 0; tap < window.kernel_x; ++tap) {
    blocks.body += operand_work(window, tap, tiling.shape.rows, bytes, timing);
    blocks.body.vector_alu += vector_instructions_of(bytes, timing);
  }
  if (is_padded(context)) {
    blocks.body.loads += window.kernel_x * loads_of(bytes, timing); // limits
    blocks.body.vector_alu *= 2;
    blocks.pipelined = false; // rows outside are branches
  }
  blocks.body = window.kernel_y * blocks.body;
  if (!is_padded(context)) {
    blocks.body += operand_work(window, 0, tiling.shape.rows, bytes, timing); // what the maximum begins with
  }
  blocks.body.stores = stores_of(bytes, timing);
  return {{.locks = 3, .loops = {blocks}}};
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const PixelWindow window = window_of(context);
  const WindowReads reads = reads_of(context, window, tiling);
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "max_pool";
  group.kernel_classes = {"max_pool"};
  group.config = {
      {"using", "input_type", std::string(type_name(input_type(context).element))},
      {"unsigned", "block_rows", number(tiling.shape.rows)},
      {"unsigned", "block_inner", number(block_channels)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "tiles", number(tiling.rows)},
      {"bool", "padded", is_padded(context) ? "true" : "false"},
      {"int", "height", number(input_image(context).height)},
      {"int", "first_y", number(reads.first_y)},
      {"int", "step_y", number(reads.step_y)},
      {"unsigned", "limits", number(limits_length(context, tiling))},
      {"unsigned", "limits_along", number(limits_along(context, tiling))},
  };
  std::ranges::copy(config_entries(window, reads, pitch_of_piece(context, tiling)), std::back_inserter(group.config));
  for (int tile = 0; tile < tiling.rows; ++tile) {
    group.parameters.push_back({"parameters", tile, {0, tile}, 1, packed_limits(context, tiling)});
  }
  return group;
}

} // namespace

void register_max_pool_lowering(LoweringRegistry& registry) {
  registry.add({.name = "max_pool",
                .op = "max_pool",
                .summary = "bands of image rows, a slice of the channels to a tile",
                .assess = assess,
                .reads = [](const LoweringContext& context, const Tiling& tiling) -> std::optional<WindowReads> {
                  return reads_of(context, window_of(context), tiling);
                },
                .looks_at_windows = [](const LoweringContext&) { return true; },
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
