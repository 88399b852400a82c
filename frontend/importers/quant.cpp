// QONNX's Quant(x, scale, zero point, bit width): quantized and dequantized again, which is two ops here.
#include "frontend/qonnx.h"
#include "frontend/quantizer_parameters.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

bool check_zero_points(NodeImport& node, const QuantizerParameters& parameters, const IntegerRange& range) {
  for (const std::int64_t zero_point : parameters.zero_point) {
    if (range.contains({zero_point, zero_point})) continue;
    node.fail({"import.zero-point", "the zero point lies outside of the quantizer's range",
               fmt::format("{} to {}", range.min, range.max), fmt::format("{}", zero_point), "", node.input_name(2)});
    return false;
  }
  return true;
}

void import_quant(NodeImport& node) {
  const bool is_signed = node.integer("signed", 1) != 0;
  const bool is_narrow = node.integer("narrow", 0) != 0;
  const auto rounding = qonnx_rounding(node, "ROUND");
  const ValueType& x = node.type(0);
  const auto parameters = qonnx_parameters(node, x.shape, 1, 2);
  // Biases are often quantized to 32 bits; a tensor of activations of more than 16 fits no multiplier.
  const auto bits = qonnx_bits(node, 3, node.is_constant(0) ? 32 : 16);
  const auto range = bits ? qonnx_range(node, *bits, is_signed, is_narrow) : std::nullopt;
  if (!node.require_finite(0) || !rounding || !parameters || !range || node.failed()) return;
  if (!check_zero_points(node, *parameters, *range)) return;
  note_residue(node, 0, *parameters, *range);

  QuantizeAttributes quantize;
  quantize.scale = parameters->scale;
  quantize.zero_point = parameters->zero_point;
  quantize.axis = parameters->axis;
  quantize.element = narrowest_element(*range);
  quantize.range = *range;
  quantize.rounding = *rounding;
  quantize.round_after_zero_point = true;
  const auto stored = node.add_node("quantized", "quantize", Attributes::of(std::move(quantize)), {node.input(0)});
  if (!stored) return;
  DequantizeAttributes dequantize{parameters->scale, parameters->zero_point, parameters->axis};
  node.add_output(0, "dequantize", Attributes::of(std::move(dequantize)), {*stored});
}

} // namespace

void register_quant_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "quant";
  importer.import = import_quant;
  for (const std::string_view domain : qonnx_domains) {
    importer.operators.push_back({std::string(domain), "Quant", 1, 2, 4, 4, 1});
  }
  registry.add(std::move(importer));
}

} // namespace tilewright
