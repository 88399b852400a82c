// ONNX's QuantizeLinear(x, scale, zero point).
#include "ir/ops/quantize.h"
#include "frontend/quantizer_parameters.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

struct StoredType {
  ElementType element = ElementType::uint8;
  IntegerRange range{0, 255};
};

IntegerRange range_of(ElementType element, int narrow_bits) {
  if (narrow_bits == 0) return storage_range(element);
  const std::int64_t half = std::int64_t{1} << (narrow_bits - 1);
  return is_signed(element) ? IntegerRange{-half, half - 1} : IntegerRange{0, 2 * half - 1};
}

// The type of the zero point, else the attribute, else uint8.
std::optional<StoredType> stored_type_of(NodeImport& node) {
  constexpr std::int64_t first_with_output_type = 21;
  // ONNX's numbers of the integer types that a quantizer may give.
  constexpr std::int64_t none = 0;
  constexpr std::int64_t uint8_type = 2;
  constexpr std::int64_t int8_type = 3;
  constexpr std::int64_t uint16_type = 4;
  constexpr std::int64_t int16_type = 5;
  constexpr std::int64_t uint4_type = 21;
  constexpr std::int64_t int4_type = 22;
  const std::int64_t asked = node.opset() >= first_with_output_type ? node.integer("output_dtype", none) : none;
  StoredType stored;
  if (node.has_input(2)) {
    stored.element = node.type(2).element;
    if (!is_integer(stored.element) || size_in_bytes(stored.element) > 2) {
      node.fail({"import.zero-point", "the zero point's type is not one to quantize to",
                 "an integer of 4, 8 or 16 bits", std::string(name_of(stored.element)), "", node.input_name(2)});
      return std::nullopt;
    }
    stored.range = range_of(stored.element, node.narrow_bits(2));
    return stored;
  }
  switch (asked) {
  case none:
  case uint8_type:
    return stored;
  case int8_type:
    stored.element = ElementType::int8;
    break;
  case uint16_type:
    stored.element = ElementType::uint16;
    break;
  case int16_type:
    stored.element = ElementType::int16;
    break;
  case uint4_type:
    return StoredType{ElementType::uint8, range_of(ElementType::uint8, 4)};
  case int4_type:
    return StoredType{ElementType::int8, range_of(ElementType::int8, 4)};
  default:
    node.fail({"import.element-type", "the quantized type is not supported", "an integer of 4, 8 or 16 bits",
               fmt::format("type {}", asked), "quantize to integers"});
    return std::nullopt;
  }
  stored.range = storage_range(stored.element);
  return stored;
}

void import_quantize(NodeImport& node) {
  constexpr std::int64_t first_with_saturate = 19;
  constexpr std::int64_t first_with_precision = 23;
  // Only 8-bit floats are affected by `saturate`; a precision other than the scale's own is one that we cannot follow.
  if (node.opset() >= first_with_saturate) node.integer("saturate", 1);
  if (node.opset() >= first_with_precision && node.integer("precision", 0) > 1) {
    node.fail({"import.attribute", "a precision other than float is not supported"});
  }
  const auto stored = stored_type_of(node);
  const auto parameters = onnx_parameters(node, node.type(0).shape, 1, 2);
  if (!node.require_finite(0) || !stored || !parameters || node.failed()) return;
  note_residue(node, 0, *parameters, stored->range);
  QuantizeAttributes attributes;
  attributes.scale = parameters->scale;
  attributes.zero_point = parameters->zero_point;
  attributes.axis = parameters->axis;
  attributes.element = stored->element;
  attributes.range = stored->range;
  node.add_output(0, "quantize", Attributes::of(std::move(attributes)), {node.input(0)});
}

} // namespace

void register_quantize_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "quantize";
  importer.import = import_quantize;
  importer.operators = {{"", "QuantizeLinear", 10, newest_opset, 2, 3, 1},
                        {"com.microsoft", "QuantizeLinear", 1, 1, 2, 3, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
