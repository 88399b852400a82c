// Requantization with numbers for each sort of pixel, a slice of the channels to a tile:
// kernels/requantize_positions.{h,cpp}.
#include "ir/ops/requantize_positions.h"

#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"
#include "backends/common/windows_of_pixels.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t block_channels = 8;

const RequantizePositionsAttributes& attributes_of(const LoweringContext& context) {
  return context.graph.node(context.layer.node).attributes.as<RequantizePositionsAttributes>();
}

bool in_two_parts(const LoweringContext& context) { return attributes_of(context).prior_shift != 0; }

// Multiplier and two parts of the addend, and the multiplier's low part.
std::int64_t numbers_of_a_sort(const LoweringContext& context) { return in_two_parts(context) ? 4 : 3; }

RequantizationPlan::Mode mode_of(const LoweringContext& context) {
  return in_two_parts(context) ? RequantizationPlan::Mode::two_parts : RequantizationPlan::Mode::multiply;
}

const ValueType& input_type(const LoweringContext& context) { return context.graph.type(context.layer.input()); }

// The image rows that are not like one before, and for each image row which of them it is like.
struct RowSorts {
  std::vector<std::vector<std::int64_t>> sorts; // of each row's pixels
  std::vector<std::int64_t> row_sort;
};

RowSorts row_sorts_of(const LoweringContext& context) {
  const RowLayout image = output_image(context);
  const std::vector<std::int64_t> sorts =
      to_int64(*context.graph.constant(context.graph.node(context.layer.node).operands[1]));
  RowSorts result;
  for (std::int64_t y = 0; y < image.height; ++y) {
    const auto begin = sorts.begin() + y * image.width;
    const std::vector<std::int64_t> row(begin, begin + image.width);
    const auto known = std::ranges::find(result.sorts, row);
    result.row_sort.push_back(known - result.sorts.begin());
    if (known == result.sorts.end()) result.sorts.push_back(row);
  }
  return result;
}

std::int64_t parameter_count(const LoweringContext& context) {
  const RowSorts rows = row_sorts_of(context);
  const RowLayout image = output_image(context);
  return static_cast<std::int64_t>(attributes_of(context).multiplier.size()) * numbers_of_a_sort(context) *
             block_channels +
         static_cast<std::int64_t>(rows.sorts.size()) * image.pitch + round_up(image.height, block_channels);
}

Assessment assess(const LoweringContext& context) {
  const auto refuse = [](std::string reason, std::string hint) -> Assessment {
    return {{}, {{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)}}};
  };
  if (context.graph.constant(context.graph.node(context.layer.node).operands[1]) == nullptr) {
    return refuse("the sorts of positions are not constant", "export them as an initializer");
  }
  if (size_in_bytes(input_type(context).element) > 4) {
    return refuse(fmt::format("the operand is {}", name_of(input_type(context).element)),
                  "quantize to 32 bits or fewer");
  }
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    return {{}, {scattered_columns()}};
  }
  MmulShape shape = context.target.mmul_shapes.front();
  shape.inner = block_channels;
  shape.columns = block_channels;
  return {channelwise_tilings(context, input_type(context).shape.back(), shape), {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  TileMemory result;
  result.input =
      tiling.piece_rows * tiling.input_slice * static_cast<std::int64_t>(size_in_bytes(input_type(context).element));
  result.output = tiling.piece_rows * tiling.output_slice *
                  static_cast<std::int64_t>(size_in_bytes(attributes_of(context).element));
  result.parameters = parameter_count(context) * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  const RequantizePositionsAttributes& attributes = attributes_of(context);
  const std::int64_t pixels = product_rows(timing);
  const std::int64_t lanes = pixels * block_channels;
  LoopWork loop{.name = "pixels",
                .iterations = tiling.piece_rows * tiling.output_slice / lanes,
                .body = {},
                .pipelined = false}; // where a row ends is a branch
  const auto bytes = static_cast<std::int64_t>(size_in_bytes(input_type(context).element));
  // Sorts are loaded by scalar registers, and numbers where they say.
  loop.body.loads = loads_of(lanes * bytes, timing) + pixels + numbers_of_a_sort(context) * pixels;
  loop.body.shuffles = vector_instructions_of(lanes * 4, timing) +
                       numbers_of_a_sort(context) * pixels * placing_work(block_channels * 4, timing);
  loop.body += requantization_work({.mode = mode_of(context), .element = attributes.element}, lanes, 32, timing);
  loop.body.stores = stores_of(lanes * static_cast<std::int64_t>(size_in_bytes(attributes.element)), timing);
  return {{.locks = 3, .loops = {loop}}};
}

std::vector<std::int32_t> packed_parameters(const LoweringContext& context) {
  const RequantizePositionsAttributes& attributes = attributes_of(context);
  const RowSorts rows = row_sorts_of(context);
  const std::int64_t pitch = output_image(context).pitch;
  std::vector<std::int32_t> packed;
  const auto append = [&](std::int64_t value, std::int64_t times) {
    packed.insert(packed.end(), static_cast<std::size_t>(times), static_cast<std::int32_t>(value));
  };
  for (std::size_t sort = 0; sort < attributes.multiplier.size(); ++sort) {
    const AddendParts addend = addend_parts(attributes.addend[sort]);
    const TwoParts multiplier = two_parts(attributes.multiplier[sort]);
    for (const std::int64_t number :
         {in_two_parts(context) ? multiplier.high : attributes.multiplier[sort], addend.high, addend.low})
      append(number, block_channels);
    if (in_two_parts(context)) append(multiplier.low, block_channels);
  }
  for (const std::vector<std::int64_t>& row : rows.sorts) {
    for (const std::int64_t sort : row)
      append(sort, 1);
    append(0, pitch - static_cast<std::int64_t>(row.size()));
  }
  for (const std::int64_t sort : rows.row_sort)
    append(sort, 1);
  packed.resize(static_cast<std::size_t>(parameter_count(context)), 0);
  return packed;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const RequantizePositionsAttributes& attributes = attributes_of(context);
  const std::vector<std::int32_t> packed = packed_parameters(context);
  const auto length = static_cast<std::int64_t>(packed.size());
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  RequantizationPlan plan;
  plan.mode = mode_of(context);
  plan.element = attributes.element;
  plan.shift = static_cast<int>(attributes.shift);
  plan.rounding = rounding_register(attributes.rounding);
  plan.range = attributes.range;
  plan.rows_at_once = product_rows(context.target.timing);
  KernelGroup group;
  group.kernel = "requantize_positions";
  group.kernel_classes = {"requantize_positions"};
  group.config = {
      {"using", "input_type", std::string(type_name(input_type(context).element))},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "pitch", number(output_image(context).pitch)},
      {"unsigned", "sorts", number(static_cast<std::int64_t>(attributes.multiplier.size()))},
      {"unsigned", "row_sorts", number(static_cast<std::int64_t>(row_sorts_of(context).sorts.size()))},
      {"unsigned", "parameters", number(length)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  std::ranges::copy(config_entries(plan), std::back_inserter(group.config));
  for (int tile = 0; tile < tiling.rows; ++tile)
    group.parameters.push_back({"parameters", tile, {0, tile}, 1, Tensor::of<std::int32_t>({length}, packed)});
  return group;
}

} // namespace

void register_requantize_positions_lowering(LoweringRegistry& registry) {
  registry.add({.name = "requantize_positions",
                .op = "requantize_positions",
                .summary = "numbers for each sort of pixel, a slice of the channels to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
