// Cast: constants are converted as ONNX defines it; integers that become floats are dequantized with scale 1.
#include "ir/ops/cast.h"
#include "frontend/element_names.h"
#include "frontend/importer.h"
#include "ir/ops/dequantize.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace tilewright {

namespace {

bool is_real(ElementType element) { return element == ElementType::float32 || element == ElementType::float64; }

// ONNX's numbers of types.
std::optional<ElementType> element_of(std::int64_t type) {
  switch (type) {
  case 1:
    return ElementType::float32;
  case 2:
    return ElementType::uint8;
  case 3:
    return ElementType::int8;
  case 4:
    return ElementType::uint16;
  case 5:
    return ElementType::int16;
  case 6:
    return ElementType::int32;
  case 7:
    return ElementType::int64;
  case 9:
    return ElementType::boolean;
  case 11:
    return ElementType::float64;
  default:
    return std::nullopt;
  }
}

// A float that the integer type cannot hold has no defined result: nullopt.
template <class To, class From> std::optional<To> converted(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != From{0};
  } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    const double whole = std::trunc(static_cast<double>(value));
    // The upper limit of int64 is no double; 2^63 is.
    const double above = std::ldexp(1.0, std::numeric_limits<To>::digits);
    if (!(whole >= static_cast<double>(std::numeric_limits<To>::min()) && whole < above)) return std::nullopt;
    return static_cast<To>(whole);
  } else {
    return static_cast<To>(value); // integers wrap around, and real numbers round to nearest
  }
}

template <class To> std::optional<Tensor> converted_to(const Tensor& tensor) {
  return visit_elements(tensor, [&](auto values) -> std::optional<Tensor> {
    Tensor result(ElementOf<To>::value, tensor.shape());
    const std::span<To> to = result.mutable_data<To>();
    for (std::size_t i = 0; i < to.size(); ++i) {
      const auto value = converted<To>(values[i]);
      if (!value) return std::nullopt;
      to[i] = *value;
    }
    return result;
  });
}

std::optional<Tensor> converted(const Tensor& tensor, ElementType element) {
  switch (element) {
  case ElementType::int8:
    return converted_to<std::int8_t>(tensor);
  case ElementType::uint8:
    return converted_to<std::uint8_t>(tensor);
  case ElementType::int16:
    return converted_to<std::int16_t>(tensor);
  case ElementType::uint16:
    return converted_to<std::uint16_t>(tensor);
  case ElementType::int32:
    return converted_to<std::int32_t>(tensor);
  case ElementType::int64:
    return converted_to<std::int64_t>(tensor);
  case ElementType::float32:
    return converted_to<float>(tensor);
  case ElementType::float64:
    return converted_to<double>(tensor);
  case ElementType::boolean:
    break;
  }
  return converted_to<bool>(tensor);
}

void import_cast(NodeImport& node) {
  constexpr std::int64_t first_with_saturate = 19;
  const std::int64_t asked = node.integer("to", 0);
  if (node.opset() >= first_with_saturate) node.integer("saturate", 1);
  if (node.failed()) return;
  const auto to = element_of(asked);
  const ElementType from = node.type(0).element;
  if (!to) {
    node.fail({"import.element-type", "the type to cast to is not supported", "float, double, bool or an integer",
               fmt::format("type {}", asked)});
  } else if (from == *to) {
    node.bind(0, node.input(0));
  } else if (node.is_constant(0)) {
    const Tensor* data = node.constant(0, "the operand");
    if (!data) return;
    std::optional<Tensor> result = converted(*data, *to);
    if (result) return node.bind(0, *std::move(result));
    node.fail({"import.cast", "a constant does not fit the type that it is cast to", std::string(name_of(*to)), "", "",
               node.input_name(0)});
  } else if (is_real(*to) && from != ElementType::boolean && (is_real(from) || *to == ElementType::float64)) {
    node.add_output(0, "cast", Attributes::of(CastAttributes{*to}), {node.input(0)});
  } else if (is_integer(from) && size_in_bytes(from) <= 4 && *to == ElementType::float32) {
    node.add_output(0, "dequantize", Attributes::of(DequantizeAttributes{}), {node.input(0)});
  } else {
    node.fail({"import.cast", "this cast of a computed tensor is not supported",
               "a constant, or a cast that changes no number", fmt::format("{} to {}", name_of(from), name_of(*to)),
               "use a quantizer"});
  }
}

} // namespace

void register_cast_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "cast";
  importer.import = import_cast;
  importer.operators = {{"", "Cast", 6, newest_opset, 1, 1, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
