// A slice of the features to a tile: kernels/sample_pair_max.{h,cpp}.
#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8;

Assessment assess(const LoweringContext& context) {
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) return {{}, {scattered_columns()}};
  const ValueType& input = context.graph.type(context.layer.input());
  if (size_in_bytes(input.element) != 1) {
    return {{},
            {{ProblemKind::model, "", fmt::format("the operand is {}", name_of(input.element)), 0, 0,
              "quantize to 8 bits"}}};
  }
  MmulShape shape = context.target.mmul_shapes.front();
  shape.inner = block_features;
  shape.columns = block_features;
  return {channelwise_tilings(context, matrix_shape(input.shape).features, shape), {}};
}

TileMemory memory(const LoweringContext&, const Tiling& tiling) {
  TileMemory result;
  result.input = tiling.piece_rows * tiling.input_slice;
  result.output = tiling.piece_rows * tiling.output_slice;
  result.stack = stack_bytes;
  return result;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const ElementType element = context.graph.type(context.layer.input()).element;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "sample_pair_max";
  group.kernel_classes = {"sample_pair_max"};
  group.config = {
      {"using", "element_type", std::string(type_name(element))},
      {"unsigned", "block_size", number(tiling.shape.rows * block_features)},
      {"unsigned", "elements", number(tiling.piece_rows * tiling.input_slice)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  return group;
}

} // namespace

void register_sample_pair_max_lowering(LoweringRegistry& registry) {
  registry.add({.name = "sample_pair_max",
                .op = "sample_pair_max",
                .summary = "a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .build = build});
}

} // namespace tilewright
