// QONNX's BipolarQuant(x, scale): scale where x >= 0, else -scale. In steps of 2 * scale these are 0 and -1, shifted by
// scale.
#include "frontend/qonnx.h"
#include "frontend/quantizer_parameters.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"

namespace tilewright {

namespace {

void import_bipolar_quant(NodeImport& node) {
  const Shape shape = node.type(0).shape;
  const auto parameters = qonnx_scale(node, shape, 1);
  if (!node.require_finite(0) || !parameters || node.failed()) return;
  QuantizeAttributes quantize;
  quantize.scale.clear();
  for (const Rational& scale : parameters->scale)
    quantize.scale.push_back(Rational(2) * scale);
  quantize.zero_point = parameters->zero_point;
  quantize.axis = parameters->axis;
  quantize.range = {-1, 0};
  quantize.rounding = Rounding::floor;
  const DequantizeAttributes dequantize{quantize.scale, quantize.zero_point, quantize.axis};
  const auto stored = node.add_node("quantized", "quantize", Attributes::of(std::move(quantize)), {node.input(0)});
  const auto steps =
      stored ? node.add_node("steps", "dequantize", Attributes::of(dequantize), {*stored}) : std::nullopt;
  if (steps) node.add_output(0, "add", {}, {*steps, node.input(1)});
}

} // namespace

void register_bipolar_quant_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "bipolar_quant";
  importer.import = import_bipolar_quant;
  for (const std::string_view domain : qonnx_domains) {
    importer.operators.push_back({std::string(domain), "BipolarQuant", 1, 2, 2, 2, 1});
  }
  registry.add(std::move(importer));
}

} // namespace tilewright
