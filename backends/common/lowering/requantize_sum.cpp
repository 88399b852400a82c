// Sums of two stored tensors, requantized once, a slice of the features to a tile: kernels/requantize_sum.{h,cpp}.
#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8; // kernels/requantize_step.h works on 8 channels at a time
constexpr std::size_t most_operands = 2;
constexpr std::int64_t table_rows = 4; // of the parameter array: two multipliers and an addend in two parts

struct SumLayer {
  const RequantizeAttributes* attributes = nullptr;
  std::vector<ValueType> operands;
  std::int64_t features = 0;
};

SumLayer sum_layer(const LoweringContext& context) {
  const Node& node = context.graph.node(context.layer.node);
  return {&node.attributes.as<RequantizeAttributes>(), context.graph.operand_types(context.layer.node),
          matrix_shape(context.graph.type(context.layer.output).shape).features};
}

// Entry of operand `operand` for channel `channel`.
std::int64_t multiplier_of(const SumLayer& layer, std::size_t operand, std::int64_t channel) {
  const std::size_t per_operand = layer.attributes->multiplier.size() / layer.operands.size();
  return layer.attributes
      ->multiplier[operand * per_operand + (per_operand == 1 ? 0 : static_cast<std::size_t>(channel))];
}

std::int64_t addend_of(const SumLayer& layer, std::int64_t channel) {
  const std::vector<std::int64_t>& addend = layer.attributes->addend;
  return addend[addend.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
}

std::optional<Refusal> unsupported(const LoweringContext& context, const SumLayer& layer) {
  const auto refuse = [](std::string reason, std::string hint) {
    return Refusal{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
  };
  if (context.layer.inputs.size() != layer.operands.size()) {
    return refuse("a constant that differs from row to row is added", "add one constant for each channel");
  }
  if (layer.operands.size() > most_operands) {
    return refuse(fmt::format("{} tensors are added without a quantizer in between, and the kernel adds {}",
                              layer.operands.size(), most_operands),
                  "put a quantizer behind each sum of two tensors");
  }
  for (const ValueType& operand : layer.operands) {
    if (size_in_bytes(operand.element) > 4) {
      return refuse(fmt::format("an operand is {}", name_of(operand.element)), "quantize to 32 bits or fewer");
    }
  }
  for (const LayerInput& input : context.layer.inputs) {
    if (!input_layout(context.graph, input, context.iteration).contiguous()) return scattered_columns();
  }
  return std::nullopt;
}

Assessment assess(const LoweringContext& context) {
  const SumLayer layer = sum_layer(context);
  if (layer.operands.size() == 1) return {};
  if (const std::optional<Refusal> refusal = unsupported(context, layer)) return {{}, {*refusal}};
  return {channelwise_tilings(context, layer.features, block_features, RowsOfTiles::any), {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  const std::int64_t rows = tiling.piece_rows;
  const SumLayer layer = sum_layer(context);
  TileMemory result;
  result.input = rows * tiling.input_slice * bytes_of(layer.operands[0].element);
  result.second_input = rows * tiling.input_slice * bytes_of(layer.operands[1].element);
  result.output = rows * tiling.output_slice * bytes_of(layer.attributes->element);
  result.parameters = table_rows * tiling.output_slice * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  return result;
}

// The table of the slice that begins at channel `first`; zeros past the last channel.
Tensor packed_table(const SumLayer& layer, std::int64_t first, std::int64_t slice) {
  std::vector<std::int32_t> table;
  const auto append = [&](auto entry) {
    for (std::int64_t c = first; c < first + slice; ++c)
      table.push_back(c < layer.features ? static_cast<std::int32_t>(entry(c)) : 0);
  };
  append([&](std::int64_t c) { return multiplier_of(layer, 0, c); });
  append([&](std::int64_t c) { return multiplier_of(layer, 1, c); });
  append([&](std::int64_t c) { return addend_parts(addend_of(layer, c)).high; });
  append([&](std::int64_t c) { return addend_parts(addend_of(layer, c)).low; });
  return Tensor::of<std::int32_t>({table_rows * slice}, table);
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const std::int64_t rows = tiling.piece_rows;
  const Timing& timing = context.target.timing;
  const SumLayer layer = sum_layer(context);
  const std::int64_t lanes = tiling.shape.rows * block_features;
  const std::optional<UniformStep> uniform = uniform_step(*layer.attributes, layer.operands);
  LoopWork blocks{
      .name = "blocks", .entries = tiling.input_slice / block_features, .iterations = rows / tiling.shape.rows};
  for (const ValueType& operand : layer.operands) {
    blocks.body.loads += loads_of(lanes * bytes_of(operand.element), timing);
    blocks.body.shuffles += vector_instructions_of(lanes * (uniform ? 2 : 4), timing);
    // 16 x 16 bits in one product; 32 x 32 bits in four of halves.
    const std::int64_t accumulator_bytes = lanes * (uniform ? 4 : 8);
    blocks.body.multiplies += (uniform ? 1 : 4) * divide_up(accumulator_bytes, timing.accumulator_bytes);
  }
  const auto mode = uniform ? RequantizationPlan::Mode::shift : RequantizationPlan::Mode::multiply;
  RequantizationShape shape = requantization_shape(layer.attributes);
  shape.mode = mode;
  blocks.body += requantization_work(shape, lanes, 32, timing);
  blocks.body.stores = stores_of(lanes * bytes_of(layer.attributes->element), timing);
  return {{.locks = 4, .loops = {blocks}}};
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const SumLayer layer = sum_layer(context);
  const RequantizeAttributes& attributes = *layer.attributes;
  const std::int64_t slice = tiling.input_slice;
  const std::optional<UniformStep> uniform = uniform_step(*layer.attributes, layer.operands);
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  RequantizationPlan plan;
  plan.mode = uniform ? RequantizationPlan::Mode::shift : RequantizationPlan::Mode::multiply;
  plan.element = attributes.element;
  plan.shift = static_cast<int>(attributes.shift);
  plan.rounding = rounding_register(attributes.rounding);
  plan.range = attributes.range;
  plan.rows_at_once = product_rows(context.target.timing);
  KernelGroup group;
  group.kernel = "requantize_sum";
  group.kernel_classes = {"requantize_sum"};
  group.config = {
      {"using", "first_type", std::string(type_name(layer.operands[0].element))},
      {"using", "second_type", std::string(type_name(layer.operands[1].element))},
      {"unsigned", "block_rows", number(tiling.shape.rows)},
      {"unsigned", "block_columns", number(block_features)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(slice)},
      {"unsigned", "parameters", number(table_rows * slice)},
      {"unsigned", "tiles", number(tiling.rows)},
      {"bool", "uniform", uniform ? "true" : "false"},
      {"int", "first_multiplier", number(uniform ? uniform->multiplier[0] : 0)},
      {"int", "second_multiplier", number(uniform ? uniform->multiplier[1] : 0)},
      {"int", "addend", number(uniform ? uniform->addend : 0)},
  };
  std::ranges::copy(config_entries(plan), std::back_inserter(group.config));
  for (int tile = 0; tile < tiling.rows; ++tile) {
    group.parameters.push_back(
        {"parameters", tile, {0, tile}, 2, packed_table(layer, first_channel(tiling, tile), slice)});
  }
  return group;
}

} // namespace

void register_requantize_sum_lowering(LoweringRegistry& registry) {
  registry.add({.name = "requantize_sum",
                .op = "requantize",
                .summary = "two tensors, a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
