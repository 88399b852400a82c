// Requantization of stored integers, a slice of the features to a tile: kernels/requantize.{h,cpp}.
#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8; // kernels/requantize_step.h works on 8 channels at a time

std::int64_t features_of(const LoweringContext& context) {
  return matrix_shape(context.graph.type(context.layer.input()).shape).features;
}

std::variant<RequantizationPlan, Refusal> plan_for(const LoweringContext& context) {
  const auto& attributes = context.graph.node(context.layer.node).attributes.as<RequantizeAttributes>();
  return plan_requantization(&attributes, range_of(context.graph.type(context.layer.input())), 32,
                             static_cast<std::size_t>(features_of(context)), {}, context.target.timing);
}

// Where multiplying pays, in products of 16 bits.
std::optional<UniformStep> uniform_step_for(const LoweringContext& context, const RequantizationPlan& plan) {
  if (plan.mode != RequantizationPlan::Mode::multiply) return std::nullopt;
  const Node& node = context.graph.node(context.layer.node);
  return uniform_step(node.attributes.as<RequantizeAttributes>(), context.graph.operand_types(context.layer.node));
}

RequantizationPlan plan_of(const LoweringContext& context) {
  return without_bias(std::get<RequantizationPlan>(plan_for(context)));
}

Assessment assess(const LoweringContext& context) {
  if (context.graph.node(context.layer.node).operands.size() > 1) return {}; // requantize_sum.cpp
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous())
    return {{}, {scattered_columns()}};
  const ValueType& input = context.graph.type(context.layer.input());
  if (size_in_bytes(input.element) > 4) {
    return {{},
            {{ProblemKind::model, "", fmt::format("the operand is {}", name_of(input.element)), 0, 0,
              "quantize to 32 bits or fewer"}}};
  }
  const auto plan = plan_for(context);
  if (std::holds_alternative<Refusal>(plan)) return {{}, {std::get<Refusal>(plan)}};
  return {channelwise_tilings(context, features_of(context), block_features, RowsOfTiles::any), {}};
}

// Numbers in the parameters of a tile. There are no biases that addends could be part of: see without_bias.
std::int64_t parameter_count(const LoweringContext& context, const RequantizeAttributes& attributes,
                             std::int64_t features) {
  const IntegerRange sums = range_of(context.graph.type(context.layer.input()));
  const bool biased = std::ranges::any_of(attributes.addend, [](std::int64_t value) { return value != 0; });
  constexpr std::int64_t too_many = std::int64_t{1} << 40;
  const IntegerRange bias = biased ? IntegerRange{-too_many, too_many} : IntegerRange{0, 0};
  return std::max<std::int64_t>(most_table_rows(&attributes, sums, 32, bias) * features, block_features);
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  const std::int64_t rows = tiling.piece_rows;
  const auto& attributes = context.graph.node(context.layer.node).attributes.as<RequantizeAttributes>();
  TileMemory result;
  result.input = rows * tiling.input_slice *
                 static_cast<std::int64_t>(size_in_bytes(context.graph.type(context.layer.input()).element));
  result.output = rows * tiling.output_slice * static_cast<std::int64_t>(size_in_bytes(attributes.element));
  result.parameters =
      parameter_count(context, attributes, tiling.output_slice) * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const std::int64_t rows = tiling.piece_rows;
  const Timing& timing = context.target.timing;
  const auto& attributes = context.graph.node(context.layer.node).attributes.as<RequantizeAttributes>();
  const auto in_bytes = static_cast<std::int64_t>(size_in_bytes(context.graph.type(context.layer.input()).element));
  const std::int64_t lanes = tiling.shape.rows * block_features;
  LoopWork blocks{
      .name = "blocks", .entries = tiling.input_slice / block_features, .iterations = rows / tiling.shape.rows};
  blocks.body.loads = loads_of(lanes * in_bytes, timing);
  blocks.body.shuffles = vector_instructions_of(lanes * 4, timing); // operands or addends, to 32 bits
  RequantizationShape shape = requantization_shape(&attributes);
  if (uniform_step_for(context, plan_of(context))) {
    shape.mode = RequantizationPlan::Mode::shift;
    blocks.body.multiplies = divide_up(lanes * 4, timing.accumulator_bytes);
  }
  blocks.body += requantization_work(shape, lanes, 32, timing);
  blocks.body.stores = stores_of(lanes * static_cast<std::int64_t>(size_in_bytes(attributes.element)), timing);
  return {{.locks = 3, .loops = {blocks}}};
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  RequantizationPlan plan = plan_of(context);
  const std::optional<UniformStep> uniform = uniform_step_for(context, plan);
  if (uniform) plan.mode = RequantizationPlan::Mode::shift;
  const ElementType input = context.graph.type(context.layer.input()).element;
  const std::int64_t slice = tiling.input_slice;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "requantize";
  group.kernel_classes = {"requantize"};
  group.config = {
      {"using", "input_type", std::string(type_name(input))},
      {"using", "accumulator_type", "acc32"},
      {"unsigned", "block_rows", number(tiling.shape.rows)},
      {"unsigned", "block_columns", number(block_features)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(slice)},
      {"unsigned", "parameters", number(channelwise_table_length(plan, tiling))},
      {"unsigned", "tiles", number(tiling.rows)},
      {"bool", "uniform", uniform ? "true" : "false"},
      {"int", "multiplier", number(uniform ? uniform->multiplier[0] : 0)},
      {"int", "addend", number(uniform ? uniform->addend : 0)},
  };
  std::ranges::copy(config_entries(plan), std::back_inserter(group.config));
  add_channelwise_tables(group, plan, tiling, 1);
  return group;
}

} // namespace

void register_requantize_lowering(LoweringRegistry& registry) {
  registry.add({.name = "requantize",
                .op = "requantize",
                .summary = "a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
