// Conv, and the convolutions of the operator-oriented form: ConvInteger and QLinearConv. The weights of all of them are
// [M, C / group, window].
#include "ir/ops/conv.h"
#include "frontend/constant_arithmetic.h"
#include "frontend/integer_products.h"
#include "frontend/quantized_operands.h"
#include "frontend/windows.h"
#include "ir/ops/transpose.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<ConvAttributes> attributes_of(NodeImport& node, std::size_t x, std::size_t weights) {
  if (!require_image(node, x) || !require_image(node, weights)) return std::nullopt;
  const Shape& shape = node.type(x).shape;
  const Shape& own = node.type(weights).shape;
  if (own.size() != shape.size()) {
    node.fail({"import.shape", "the weights have another number of dimensions than the operand",
               fmt::format("{}", shape.size()), fmt::format("'{}'", text_of(own)), "", node.input_name(weights)});
    return std::nullopt;
  }
  ConvAttributes attributes;
  attributes.groups = node.integer("group", 1);
  const auto windows = windows_of(node, shape, std::vector<std::int64_t>(own.begin() + 2, own.end()));
  if (!windows || node.failed()) return std::nullopt;
  attributes.windows = *windows;
  return attributes;
}

// [M, C / group, window] to [window, C / group, M].
std::optional<ValueId> weights_last(NodeImport& node, ValueId weights) {
  const auto rank = static_cast<std::int64_t>(node.type_of(weights).shape.size());
  TransposeAttributes attributes;
  for (std::int64_t i = 2; i < rank; ++i)
    attributes.permutation.push_back(i);
  attributes.permutation.insert(attributes.permutation.end(), {1, 0});
  return node.add_node("weights", "transpose", Attributes::of(std::move(attributes)), {weights});
}

std::optional<ValueId> convolution(NodeImport& node, ConvAttributes attributes, ValueId x, ValueId weights,
                                   std::optional<ValueId> bias) {
  const auto image = to_channels_last(node, x);
  const auto turned = weights_last(node, weights);
  if (!image || !turned) return std::nullopt;
  std::vector<ValueId> operands{*image, *turned};
  if (bias) operands.push_back(*bias);
  return node.add_node("channels_last_result", "conv", Attributes::of(std::move(attributes)), std::move(operands));
}

void import_conv(NodeImport& node) {
  if (!require_real_operands(node)) return;
  auto attributes = attributes_of(node, 0, 1);
  if (!attributes) return;
  const auto bias = node.has_input(2) ? std::optional(node.input(2)) : std::nullopt;
  bind_channels_first(node, convolution(node, *std::move(attributes), node.input(0), node.input(1), bias));
}

// (x - zero point) convolved with (w - zero point): padding stands for 0, and so is x's zero point.
void import_conv_integer(NodeImport& node) {
  auto attributes = attributes_of(node, 0, 1);
  if (!attributes) return;
  const auto x_zero_point = zero_point_of(node, 2);
  const auto weights = weights_without_zero_points(node, 1, 3, 0);
  if (!x_zero_point || !weights) return;
  if (has_padding(attributes->windows)) attributes->pad_value = *x_zero_point;
  const auto bias = bias_for_zero_point(node, *weights, 0, *x_zero_point);
  const auto sums = convolution(node, *std::move(attributes), node.input(0), node.add_constant("w", *weights), bias);
  if (sums && require_int32(node, *sums)) bind_channels_first(node, sums);
}

// x, its scale and zero point, weights, theirs, the result's, and an int32 bias in units of the products.
void import_qlinear_conv(NodeImport& node) {
  auto attributes = attributes_of(node, 0, 3);
  const auto x = dequantized_operand(node, "x", 0, 1, 2, {});
  const auto weights = dequantized_operand(node, "w", 3, 4, 5, 0);
  const auto result = result_quantizer(node, 6, 7);
  if (!attributes || !x || !weights || !result) return;
  std::optional<ValueId> bias;
  if (node.has_input(8)) {
    bias = dequantized_bias(node, 8, x->parameters, weights->parameters);
    if (!bias) return;
  }
  const auto sums = convolution(node, *std::move(attributes), x->value, weights->value, bias);
  if (!sums) return;
  const auto stored = node.add_node("quantized", "quantize", Attributes::of(*result), {*sums});
  bind_channels_first(node, stored);
}

} // namespace

void register_conv_importer(ImporterRegistry& registry) {
  ImporterDefinition conv;
  conv.name = "conv";
  conv.import = import_conv;
  conv.operators = {{"", "Conv", 1, newest_opset, 2, 3, 1}};
  registry.add(std::move(conv));
  ImporterDefinition integer;
  integer.name = "conv_integer";
  integer.import = import_conv_integer;
  integer.operators = {{"", "ConvInteger", 10, newest_opset, 2, 4, 1}};
  registry.add(std::move(integer));
  ImporterDefinition qlinear;
  qlinear.name = "qlinear_conv";
  qlinear.import = import_qlinear_conv;
  qlinear.operators = {{"", "QLinearConv", 10, newest_opset, 8, 9, 1}};
  registry.add(std::move(qlinear));
}

} // namespace tilewright
