#include "frontend/quantized_operands.h"

#include "ir/ops/dequantize.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

bool require_integers(NodeImport& node, std::size_t input) {
  const ElementType element = node.type(input).element;
  if (is_integer(element) && size_in_bytes(element) <= 2) return true;
  node.fail({"import.element-type", "the operand is not a quantized tensor", "an integer of 4, 8 or 16 bits",
             std::string(name_of(element)), "", node.input_name(input)});
  return false;
}

} // namespace

std::optional<DequantizedOperand> dequantized_operand(NodeImport& node, std::string_view suffix, std::size_t operand,
                                                      std::size_t scale, std::size_t zero_point,
                                                      std::optional<std::int64_t> axis) {
  if (!require_integers(node, operand)) return std::nullopt;
  if (node.has_input(zero_point) && node.type(zero_point).element != node.type(operand).element) {
    node.fail({"import.zero-point", "the zero point has another type than the tensor",
               std::string(name_of(node.type(operand).element)), std::string(name_of(node.type(zero_point).element)),
               "", node.input_name(zero_point)});
    return std::nullopt;
  }
  auto parameters = operand_parameters(node, node.type(operand).shape, scale, zero_point, axis);
  if (!parameters) return std::nullopt;
  const auto value =
      node.add_node(suffix, "dequantize",
                    Attributes::of(DequantizeAttributes{parameters->scale, parameters->zero_point, parameters->axis}),
                    {node.input(operand)});
  if (!value) return std::nullopt;
  return DequantizedOperand{*value, *std::move(parameters)};
}

std::optional<ValueId> dequantized_bias(NodeImport& node, std::size_t bias, const QuantizerParameters& x,
                                        const QuantizerParameters& weights) {
  if (node.type(bias).element != ElementType::int32) {
    node.fail({"import.element-type", "the bias is no 32-bit integer", "int32",
               std::string(name_of(node.type(bias).element)), "", node.input_name(bias)});
    return std::nullopt;
  }
  DequantizeAttributes attributes;
  attributes.scale.clear();
  for (const Rational& scale : weights.scale)
    attributes.scale.push_back(x.scale[0] * scale);
  attributes.zero_point.assign(attributes.scale.size(), 0);
  if (attributes.scale.size() > 1) attributes.axis = 0;
  return node.add_node("b", "dequantize", Attributes::of(std::move(attributes)), {node.input(bias)});
}

std::optional<QuantizeAttributes> result_quantizer(NodeImport& node, std::size_t scale, std::size_t zero_point) {
  if (!require_integers(node, zero_point)) return std::nullopt;
  const auto parameters = operand_parameters(node, {}, scale, zero_point, {});
  if (!parameters) return std::nullopt;
  QuantizeAttributes attributes;
  attributes.scale = parameters->scale;
  attributes.zero_point = parameters->zero_point;
  attributes.element = node.type(zero_point).element;
  attributes.range = storage_range(attributes.element);
  return attributes;
}

} // namespace tilewright
