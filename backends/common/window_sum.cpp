#include "backends/common/window_sum.h"

namespace tilewright {

Contraction window_sum(const LoweringContext& context, const Windows& windows, std::int64_t pad_value) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  const ValueType& input = graph.type(node.operands[0]);
  Contraction layer;
  layer.input = input.element;
  layer.weights = ElementType::int8;
  layer.weight_range = {1, 1};
  layer.inputs = input.shape.back();
  layer.outputs = layer.inputs;
  layer.groups = layer.inputs;
  layer.by_channel = true;
  layer.sums = range_of(graph.type(node.results[0]));
  layer.window = pixel_window(windows, graph.type(context.layer.output).shape);
  layer.same_weights = true;
  if (has_padding(windows)) layer.pad_value = pad_value;
  layer.requantize = requantize_of(context);
  layer.halfwords = context.layer.halfwords.get();
  if (layer.window) {
    layer.weight_count = layer.window->elements() * layer.inputs;
  } else {
    layer.refusal =
        Refusal{ProblemKind::model, "", "the window has more than two axes", 0, 0, "pool in one or two dimensions"};
  }
  return layer;
}

WeightFunction weights_of_window_sum(const LoweringContext&) {
  return [](std::int64_t, std::int64_t input, std::int64_t output) -> std::int64_t { return input == output ? 1 : 0; };
}

} // namespace tilewright
