// Sums over windows, each channel by itself: a convolution whose weights are 1 (kernels/contraction.{h,cpp}).
#include "ir/ops/sum_pool.h"
#include "backends/common/contraction.h"
#include "backends/common/views.h"

namespace tilewright {

namespace {

Contraction describe(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  const auto& attributes = node.attributes.as<SumPoolAttributes>();
  const ValueType& input = graph.type(node.operands[0]);
  Contraction layer;
  layer.input = input.element;
  layer.weights = ElementType::int8;
  layer.inputs = input.shape.back();
  layer.outputs = layer.inputs;
  layer.groups = layer.inputs;
  layer.sums = range_of(graph.type(node.results[0]));
  layer.window = pixel_window(attributes.windows, graph.type(context.layer.output).shape);
  layer.same_weights = true;
  layer.requantize = requantize_of(context);
  if (layer.window) layer.weight_count = layer.window->elements() * layer.inputs;
  const auto refuse = [](std::string reason, std::string hint) {
    return Refusal{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
  };
  if (!layer.window) {
    layer.refusal = refuse("the window has more than two axes", "pool in one or two dimensions");
  } else if (!input_layout(graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    layer.refusal = scattered_columns();
  }
  return layer;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const WeightFunction weight = [](std::int64_t, std::int64_t input, std::int64_t output) -> std::int64_t {
    return input == output ? 1 : 0;
  };
  return build_contraction(context, describe(context), weight, tiling);
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
       .build = build});
}

} // namespace tilewright
