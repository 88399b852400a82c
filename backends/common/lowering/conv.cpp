// Convolutions on rows of tiles in cascade: kernels/contraction.{h,cpp}.
#include "ir/ops/conv.h"
#include "backends/common/contraction.h"
#include "backends/common/views.h"

namespace tilewright {

namespace {

const Tensor* weights_of(const LoweringContext& context) {
  return context.graph.constant(context.graph.node(context.layer.node).operands[1]);
}

Refusal refuse(std::string reason, std::string hint) {
  return {ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
}

// A window of one pixel at every pixel is none: rows need no order.
bool is_pointwise(const Windows& windows) { return pixel_window(windows) == PixelWindow{} && !has_padding(windows); }

bool looks_at_windows(const LoweringContext& context) {
  return !is_pointwise(context.graph.node(context.layer.node).attributes.as<ConvAttributes>().windows);
}

Contraction describe(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  const auto& attributes = node.attributes.as<ConvAttributes>();
  const ValueType& weights = graph.type(node.operands[1]);
  Contraction layer;
  layer.input = graph.type(node.operands[0]).element;
  layer.weights = weights.element;
  layer.inputs = graph.type(node.operands[0]).shape.back();
  layer.outputs = weights.shape.back();
  layer.groups = attributes.groups;
  layer.weight_count = *element_count(weights.shape);
  layer.sums = range_of(graph.type(node.results[0]));
  layer.window = pixel_window(attributes.windows);
  if (node.operands.size() > 2) layer.bias = graph.constant(node.operands[2]);
  layer.requantize = requantize_of(context);
  if (weights_of(context) == nullptr) {
    layer.refusal = refuse("the weights are not constant", "export the weights as initializers");
  } else if (!layer.window) {
    layer.refusal = refuse("the window has more than two axes", "use convolutions in one or two dimensions");
  } else if (!is_whole(graph, context.layer.inputs.front())) {
    layer.refusal = refuse("the operand is put together from several values", "quantize it behind the concatenation");
  }
  if (is_pointwise(attributes.windows)) layer.window.reset();
  return layer;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const Contraction layer = describe(context);
  const std::vector<std::int64_t> weights = to_int64(*weights_of(context));
  const std::int64_t group_inputs = layer.inputs / layer.groups;
  const std::int64_t group_outputs = layer.outputs / layer.groups;
  const WeightFunction weight = [&](std::int64_t tap, std::int64_t input, std::int64_t output) -> std::int64_t {
    if (input / group_inputs != output / group_outputs) return 0;
    const std::int64_t row = tap * group_inputs + input % group_inputs;
    return weights[static_cast<std::size_t>(row * layer.outputs + output)];
  };
  return build_contraction(context, layer, weight, tiling);
}

} // namespace

void register_conv_lowering(LoweringRegistry& registry) {
  registry.add(
      {.name = "conv",
       .op = "conv",
       .summary = "bands of image rows on rows of tiles in cascade, weights resident",
       .assess = [](const LoweringContext& c) { return assess_contraction(c, describe(c)); },
       .reads = [](const LoweringContext& c,
                   const Tiling& tiling) { return contraction_reads(c, describe(c), tiling); },
       .looks_at_windows = looks_at_windows,
       .memory = [](const LoweringContext& c,
                    const Tiling& tiling) { return contraction_memory(c, describe(c), tiling); },
       .work = [](const LoweringContext& c, const Tiling& tiling) { return contraction_work(c, describe(c), tiling); },
       .build = build});
}

} // namespace tilewright
