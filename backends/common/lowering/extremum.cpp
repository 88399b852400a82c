// The larger or the smaller one of two tensors' elements, a slice of the features to a tile: kernels/extremum.{h,cpp}.
#include "ir/ops/extremum.h"

#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8;

const ValueType& type_of_result(const LoweringContext& context) {
  return context.graph.type(context.graph.node(context.layer.node).results[0]);
}

std::int64_t element_bytes(const LoweringContext& context) {
  return static_cast<std::int64_t>(size_in_bytes(type_of_result(context).element));
}

Assessment assess(const LoweringContext& context) {
  const auto refuse = [](std::string reason, std::string hint) -> Assessment {
    return {{}, {{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)}}};
  };
  if (context.layer.inputs.size() != 2)
    return refuse("an operand is constant", "put an 8-bit quantizer in front of it");
  const ValueType& result = type_of_result(context);
  for (const ValueType& operand : context.graph.operand_types(context.layer.node)) {
    if (operand.element == result.element && size_in_bytes(operand.element) <= 4) continue;
    return refuse(fmt::format("an operand is {}, and the result {}", name_of(operand.element), name_of(result.element)),
                  "quantize both alike");
  }
  for (const LayerInput& input : context.layer.inputs) {
    if (!input_layout(context.graph, input, context.iteration).contiguous()) return {{}, {scattered_columns()}};
  }
  return {channelwise_tilings(context, matrix_shape(result.shape).features, block_features, RowsOfTiles::any), {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  TileMemory result;
  result.input = tiling.piece_rows * tiling.input_slice * element_bytes(context);
  result.second_input = result.input;
  result.output = result.input;
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  constexpr std::int64_t vector_bytes = 32;
  LoopWork loop{.name = "blocks",
                .iterations = tiling.piece_rows * tiling.output_slice * element_bytes(context) / vector_bytes,
                .body = {}};
  loop.body.loads = 2 * loads_of(vector_bytes, timing);
  loop.body.vector_alu = vector_instructions_of(vector_bytes, timing);
  loop.body.stores = stores_of(vector_bytes, timing);
  return {{.locks = 3, .loops = {loop}}};
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  const bool smallest = context.graph.node(context.layer.node).attributes.as<ExtremumAttributes>().smallest;
  KernelGroup group;
  group.kernel = "extremum";
  group.kernel_classes = {"extremum"};
  group.config = {
      {"using", "input_type", std::string(type_name(type_of_result(context).element))},
      {"bool", "smallest", smallest ? "true" : "false"},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  return group;
}

} // namespace

void register_extremum_lowering(LoweringRegistry& registry) {
  registry.add({.name = "extremum",
                .op = "extremum",
                .summary = "two tensors, a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
