// Convolutions on rows of tiles in cascade: kernels/contraction.{h,cpp}.
#include "ir/ops/conv.h"

#include "backends/common/contraction.h"
#include "backends/common/views.h"
#include <algorithm>

namespace tilewright {

namespace {

const Tensor* weights_of(const LoweringContext& context) {
  return context.graph.constant(context.graph.node(context.layer.node).operands[1]);
}

Refusal refuse(std::string reason, std::string hint) {
  return {ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
}

// A window of one pixel at every pixel is none: rows need no order.
bool looks_at_windows(const LoweringContext& context) {
  const Windows& windows = context.graph.node(context.layer.node).attributes.as<ConvAttributes>().windows;
  const bool single = elements_of_window(windows) == 1 &&
                      std::ranges::all_of(windows.strides, [](std::int64_t stride) { return stride == 1; });
  return !single || has_padding(windows);
}

Contraction describe(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  const auto& attributes = node.attributes.as<ConvAttributes>();
  const ValueType& weights = graph.type(node.operands[1]);
  Contraction layer;
  layer.input = graph.type(node.operands[0]).element;
  layer.weights = weights.element;
  layer.inputs = buffer_features(graph, context.layer.inputs.front(), context.iteration);
  layer.outputs = weights.shape.back();
  layer.groups = attributes.groups;
  layer.weight_count = *element_count(weights.shape);
  layer.sums = range_of(graph.type(node.results[0]));
  layer.window = pixel_window(attributes.windows, graph.type(context.layer.output).shape);
  if (node.operands.size() > 2) layer.bias = graph.constant(node.operands[2]);
  layer.requantize = requantize_of(context);
  if (weights_of(context) == nullptr) {
    layer.refusal = refuse("the weights are not constant", "export the weights as initializers");
  } else if (!layer.window) {
    layer.refusal = refuse("the window has more than two axes", "use convolutions in one or two dimensions");
  } else if (layer.groups > 1 && !input_layout(graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    layer.refusal = scattered_columns();
  }
  if (!looks_at_windows(context)) layer.window.reset();
  return layer;
}

// For each column of the input's buffer its channel; -1 where it belongs to nobody.
std::vector<std::int64_t> channels_of(const LoweringContext& context) {
  const InputLayout layout = input_layout(context.graph, context.layer.inputs.front(), context.iteration);
  std::vector<std::int64_t> channels(static_cast<std::size_t>(layout.features), -1);
  for (std::size_t k = 0; k < layout.position.size(); ++k)
    channels[static_cast<std::size_t>(layout.position[k])] = static_cast<std::int64_t>(k);
  return channels;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const Contraction layer = describe(context);
  const std::vector<std::int64_t> weights = to_int64(*weights_of(context));
  const Shape& shape = context.graph.type(context.graph.node(context.layer.node).operands[1]).shape;
  const std::int64_t group_inputs = shape[shape.size() - 2];
  const std::int64_t group_outputs = layer.outputs / layer.groups;
  const std::vector<std::int64_t> channels = channels_of(context);
  const WeightFunction weight = [&](std::int64_t tap, std::int64_t input, std::int64_t output) -> std::int64_t {
    const std::int64_t channel = channels[static_cast<std::size_t>(input)];
    if (channel < 0 || channel / group_inputs != output / group_outputs) return 0;
    const std::int64_t row = tap * group_inputs + channel % group_inputs;
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
