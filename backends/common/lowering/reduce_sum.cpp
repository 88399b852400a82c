// Sums over all of the space, a slice of the channels to a tile: kernels/contraction.{h,cpp}.
#include "ir/ops/reduce_sum.h"
#include "backends/common/window_sum.h"

#include <numeric>

namespace tilewright {

namespace {

// All axes between the first and the last, which are samples and channels.
bool sums_space(const LoweringContext& context) {
  const Node& node = context.graph.node(context.layer.node);
  std::vector<std::int64_t> space(context.graph.type(node.operands[0]).shape.size() - 2);
  std::iota(space.begin(), space.end(), 1);
  return node.attributes.as<ReduceSumAttributes>().axes == space;
}

Contraction describe(const LoweringContext& context) {
  const ValueType& input = context.graph.type(context.graph.node(context.layer.node).operands[0]);
  if (input.shape.size() > 2 && sums_space(context)) return window_sum(context, whole_space(input.shape), 0);
  Contraction layer;
  layer.refusal = Refusal{ProblemKind::model,
                          "",
                          "the sum is over other axes than those between samples and channels",
                          0,
                          0,
                          "sum over the space of channels-last tensors"};
  return layer;
}

} // namespace

void register_reduce_sum_lowering(LoweringRegistry& registry) {
  registry.add(contraction_lowering<describe, weights_of_window_sum>(
      "reduce_sum", "the whole image, a slice of the channels to a tile"));
}

} // namespace tilewright
