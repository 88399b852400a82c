// ONNX's DequantizeLinear(x, scale, zero point).
#include "ir/ops/dequantize.h"
#include "frontend/quantizer_parameters.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

void import_dequantize(NodeImport& node) {
  constexpr std::int64_t first_with_output_type = 23;
  constexpr std::int64_t float_type = 1;
  const std::int64_t asked = node.opset() >= first_with_output_type ? node.integer("output_dtype", 0) : 0;
  if (asked != 0 && asked != float_type) {
    node.fail({"import.element-type", "the dequantized type is not supported", "float", fmt::format("type {}", asked)});
  }
  const ValueType& x = node.type(0);
  if (!is_integer(x.element) || x.element == ElementType::int64) {
    node.fail({"import.operand", "the operand is not a quantized tensor", "an integer of 4, 8, 16 or 32 bits",
               std::string(name_of(x.element)), "", node.input_name(0)});
    return;
  }
  if (node.has_input(2) && node.type(2).element != x.element) {
    node.fail({"import.zero-point", "the zero point has another type than the tensor", std::string(name_of(x.element)),
               std::string(name_of(node.type(2).element)), "", node.input_name(2)});
  }
  auto parameters = onnx_parameters(node, x.shape, 1, 2);
  if (!parameters || node.failed()) return;
  if (x.element == ElementType::int32 && std::ranges::any_of(parameters->zero_point, [](auto z) { return z != 0; })) {
    node.fail({"import.zero-point", "a 32-bit tensor has a zero point", "0", "", "", node.input_name(2)});
    return;
  }
  DequantizeAttributes attributes{std::move(parameters->scale), std::move(parameters->zero_point), parameters->axis};
  node.add_output(0, "dequantize", Attributes::of(std::move(attributes)), {node.input(0)});
}

} // namespace

void register_dequantize_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "dequantize";
  importer.import = import_dequantize;
  importer.operators = {{"", "DequantizeLinear", 10, newest_opset, 2, 3, 1},
                        {"com.microsoft", "DequantizeLinear", 1, 1, 2, 3, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
