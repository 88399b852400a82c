// Dense layers on rows of tiles in cascade: kernels/contraction.{h,cpp}.
#include "backends/common/contraction.h"
#include "backends/common/views.h"

namespace tilewright {

namespace {

Contraction describe(const LoweringContext& context) { return with_weights(context); }

WeightFunction weights_of(const LoweringContext& context) {
  const Tensor& weights = *context.graph.constant(context.graph.node(context.layer.node).operands[1]);
  return [rows = input_layout(context.graph, context.layer.inputs.front(), context.iteration).columns(),
          values = to_int64(weights),
          outputs = weights.shape()[1]](std::int64_t, std::int64_t input, std::int64_t output) -> std::int64_t {
    const std::int64_t row = rows[static_cast<std::size_t>(input)];
    return row < 0 ? 0 : values[static_cast<std::size_t>(row * outputs + output)];
  };
}

} // namespace

void register_dense_lowering(LoweringRegistry& registry) {
  registry.add(contraction_lowering<describe, weights_of>("dense", "rows of tiles in cascade, weights resident"));
}

} // namespace tilewright
