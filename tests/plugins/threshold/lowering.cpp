#include "threshold.h"

#include "backends/common/blocks.h"
#include "backends/common/lowering.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8;

const ValueType& operand_type(const LoweringContext& context) { return context.graph.type(context.layer.input()); }

// Into how many tiles the features may be cut: one above the other, each with a slice of whole blocks.
Assessment assess(const LoweringContext& context) {
  const ValueType& type = operand_type(context);
  if (size_in_bytes(type.element) > 2) {
    return {{}, {{ProblemKind::model, "", "the operand has more than 16 bits", 0, 0, "quantize to 16 bits or fewer"}}};
  }
  if (!input_layout(context.graph, context.layer.inputs.front()).contiguous()) return {{}, {scattered_columns()}};
  MmulShape block = context.target.mmul_shapes.front(); // whose rows the layers around work with
  block.inner = block_features;
  block.columns = block_features;
  Assessment result;
  const std::int64_t features = matrix_shape(type.shape).features;
  for (int tiles = 1; tiles <= context.device.rows; ++tiles) {
    const std::int64_t slice = round_up(divide_up(features, tiles), block_features);
    if ((tiles - 1) * slice < features) result.tilings.push_back({block, 1, tiles, tiles, tiles, slice, slice, true});
  }
  return result;
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  TileMemory result;
  result.input = rows * tiling.input_slice * static_cast<std::int64_t>(size_in_bytes(operand_type(context).element));
  result.output = result.input;
  result.stack = stack_bytes;
  return result;
}

// The configuration that the kernel is instantiated with, and what each port carries.
KernelGroup build(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const ValueType& type = operand_type(context);
  const Rational& limit = context.graph.node(context.layer.node).attributes.as<ThresholdAttributes>().limit;
  KernelGroup group;
  group.kernel = "threshold";
  group.kernel_classes = {"threshold"};
  group.rows = tiling.rows;
  group.config = {
      {"using", "element_type", std::string(type_name(type.element))},
      {"int", "limit", std::min(limit, Rational(range_of(type).max)).text()},
      {"unsigned", "block_size", fmt::format("{}", tiling.shape.rows * block_features)},
      {"unsigned", "elements", fmt::format("{}", rows * tiling.input_slice)},
      {"unsigned", "tiles", fmt::format("{}", tiling.rows)},
  };
  const std::int64_t slice = tiling.input_slice;
  for (int tile = 0; tile < tiling.rows; ++tile) {
    const AccessPattern pattern =
        blocked(tiling.rows * slice, rows, tile * slice, slice, block_features, tiling.shape.rows);
    group.inputs.push_back({type.element, pattern});
    group.outputs.push_back({type.element, pattern});
  }
  return group;
}

} // namespace

void register_threshold_lowering(LoweringRegistry& registry) {
  registry.add({.name = "threshold",
                .op = "threshold",
                .summary = "a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .build = build});
}

} // namespace tilewright
