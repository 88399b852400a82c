// A slice of the features to a tile: kernels/sample_pair_max.{h,cpp}.
#include "backends/common/blocks.h"
#include "backends/common/lowering.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8;

Assessment assess(const LoweringContext& context) {
  if (!input_layout(context.graph, context.layer.inputs.front()).contiguous()) return {{}, {scattered_columns()}};
  const ValueType& input = context.graph.type(context.layer.input());
  if (size_in_bytes(input.element) != 1) {
    return {{},
            {{ProblemKind::model, "", fmt::format("the operand is {}", name_of(input.element)), 0, 0,
              "quantize to 8 bits"}}};
  }
  Assessment result;
  const std::int64_t features = matrix_shape(input.shape).features;
  MmulShape shape = context.target.mmul_shapes.front();
  shape.inner = block_features;
  shape.columns = block_features;
  for (int tiles = 1; tiles <= context.device.rows; ++tiles) {
    const std::int64_t slice = round_up(divide_up(features, tiles), block_features);
    if ((tiles - 1) * slice < features) result.tilings.push_back({shape, 1, tiles, tiles, tiles, slice, slice, true});
  }
  return result;
}

TileMemory memory(const LoweringContext&, const Tiling& tiling, std::int64_t rows) {
  TileMemory result;
  result.input = rows * tiling.input_slice;
  result.output = rows * tiling.output_slice;
  result.stack = stack_bytes;
  return result;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const ElementType element = context.graph.type(context.layer.input()).element;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "sample_pair_max";
  group.kernel_classes = {"sample_pair_max"};
  group.rows = tiling.rows;
  group.config = {
      {"using", "element_type", std::string(type_name(element))},
      {"unsigned", "block_size", number(tiling.shape.rows * block_features)},
      {"unsigned", "elements", number(rows * tiling.input_slice)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  for (int tile = 0; tile < tiling.rows; ++tile) {
    const AccessPattern pattern = blocked(tiling.rows * tiling.input_slice, rows, tile * tiling.input_slice,
                                          tiling.input_slice, block_features, tiling.shape.rows);
    group.inputs.push_back({element, pattern});
    group.outputs.push_back({element, pattern});
  }
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
