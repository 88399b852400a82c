#include "threshold.h"

#include "backends/common/channelwise.h"
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
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) return {{}, {scattered_columns()}};
  MmulShape block = context.target.mmul_shapes.front(); // whose rows the layers around work with
  block.inner = block_features;
  block.columns = block_features;
  return {channelwise_tilings(context, matrix_shape(type.shape).features, block), {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  TileMemory result;
  result.input = tiling.piece_rows * tiling.input_slice * static_cast<std::int64_t>(size_in_bytes(operand_type(context).element));
  result.output = result.input;
  result.stack = stack_bytes;
  return result;
}

// The configuration that the kernel is instantiated with. The caller adds what each port carries, and the place.
KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const ValueType& type = operand_type(context);
  const Rational& limit = context.graph.node(context.layer.node).attributes.as<ThresholdAttributes>().limit;
  KernelGroup group;
  group.kernel = "threshold";
  group.kernel_classes = {"threshold"};
  group.config = {
      {"using", "element_type", std::string(type_name(type.element))},
      {"int", "limit", std::min(limit, Rational(range_of(type).max)).text()},
      {"unsigned", "block_size", fmt::format("{}", tiling.shape.rows * block_features)},
      {"unsigned", "elements", fmt::format("{}", tiling.piece_rows * tiling.input_slice)},
      {"unsigned", "tiles", fmt::format("{}", tiling.rows)},
  };
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
