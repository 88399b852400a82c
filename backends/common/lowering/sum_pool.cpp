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
  registry.add(
      {.name = "sum_pool",
       .op = "sum_pool",
       .summary = "bands of image rows, a slice of the channels to a tile",
       .assess = [](const LoweringContext& c) { return assess_contraction(c, describe(c)); },
       .reads = [](const LoweringContext& c,
                   const Tiling& tiling) { return contraction_reads(c, describe(c), tiling); },
       .looks_at_windows = [](const LoweringContext&) { return true; },
       .memory = [](const LoweringContext& c,
                    const Tiling& tiling) { return contraction_memory(c, describe(c), tiling); },
       .work = [](const LoweringContext& c, const Tiling& tiling) { return contraction_work(c, describe(c), tiling); },
       .build = [](const LoweringContext& c,
                   const Tiling& tiling) { return build_contraction(c, describe(c), weights_of_window_sum(), tiling); }});
}

} // namespace tilewright
