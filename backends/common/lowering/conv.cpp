// Convolutions on rows of tiles in cascade: kernels/contraction.{h,cpp}.
#include "ir/ops/conv.h"

#include "backends/common/contraction.h"
#include "backends/common/views.h"

#include <algorithm>

namespace tilewright {

namespace {

// A window of one pixel at every pixel is none: rows need no order.
bool looks_at_windows(const Windows& windows) {
  const bool single = elements_of_window(windows) == 1 &&
                      std::ranges::all_of(windows.strides, [](std::int64_t stride) { return stride == 1; });
  return !single || has_padding(windows);
}

Contraction describe(const LoweringContext& context) {
  const auto& attributes = context.graph.node(context.layer.node).attributes.as<ConvAttributes>();
  Contraction layer = with_weights(context);
  layer.groups = attributes.groups;
  layer.by_channel = layer.groups > 1;
  if (has_padding(attributes.windows)) layer.pad_value = attributes.pad_value;
  if (!looks_at_windows(attributes.windows)) return layer;
  layer.window = pixel_window(attributes.windows, context.graph.type(context.layer.output).shape);
  if (!layer.window) {
    layer.refusal = Refusal{
        ProblemKind::model, "", "the window has more than two axes", 0, 0, "use convolutions in one or two dimensions"};
  }
  return layer;
}

WeightFunction weights_of(const LoweringContext& context) {
  const Node& node = context.graph.node(context.layer.node);
  const Tensor& weights = *context.graph.constant(node.operands[1]); // [window, inputs of a group, outputs]
  const std::int64_t outputs = weights.shape().back();
  const std::int64_t group_inputs = weights.shape()[weights.shape().size() - 2];
  const std::int64_t group_outputs = outputs / node.attributes.as<ConvAttributes>().groups;
  return [=, channels = input_layout(context.graph, context.layer.inputs.front(), context.iteration).columns(),
          values = to_int64(weights)](std::int64_t tap, std::int64_t input, std::int64_t output) -> std::int64_t {
    const std::int64_t channel = channels[static_cast<std::size_t>(input)];
    if (channel < 0 || channel / group_inputs != output / group_outputs) return 0;
    return values[static_cast<std::size_t>((tap * group_inputs + channel % group_inputs) * outputs + output)];
  };
}

} // namespace

void register_conv_lowering(LoweringRegistry& registry) {
  registry.add(contraction_lowering<describe, weights_of>(
      "conv", "bands of image rows on rows of tiles in cascade, weights resident"));
}

} // namespace tilewright
