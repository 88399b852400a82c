// Sums over windows, a slice of the channels to a tile: kernels/contraction.{h,cpp}.
#include "ir/ops/sum_pool.h"
#include "backends/common/window_sum.h"

namespace tilewright {

namespace {

Contraction describe(const LoweringContext& context) {
  const auto& attributes = context.graph.node(context.layer.node).attributes.as<SumPoolAttributes>();
  return window_sum(context, attributes.windows, attributes.pad_value);
}

} // namespace

void register_sum_pool_lowering(LoweringRegistry& registry) {
  registry.add(contraction_lowering<describe, weights_of_window_sum>(
      "sum_pool", "bands of image rows, a slice of the channels to a tile"));
}

} // namespace tilewright
