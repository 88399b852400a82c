// QONNX's Trunc: a quantized tensor loses its low bits. With q = round(x / scale + zero point) and a power of two p:
//
//   first version, 5 inputs: p = 2^(input bits - output bits), y = (rounded(q / p) - zero point) * scale
//   second one, 6 inputs:    p = 2^round(log2(output scale / scale)), saturated to the output's range,
//                            y = (rounded(q / p) - zero point / p) * output scale
//
// https://github.com/fastmachinelearning/qonnx/blob/main/docs/qonnx-custom-ops/trunc_op.md
#include "frontend/qonnx.h"
#include "frontend/quantizer_parameters.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"

#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

struct Truncation {
  int shift = 0;
  Rational scale;              // of the result
  std::int64_t zero_point = 0; // of the result
  IntegerRange range;
};

constexpr int most_bits = 32;

// The first version never saturates; the widths say that the result fits, with a sign or without.
std::optional<Truncation> first_version(NodeImport& node, const QuantizerParameters& x) {
  const auto from = qonnx_bits(node, 3, most_bits);
  const auto to = qonnx_bits(node, 4, most_bits);
  if (!from || !to) return std::nullopt;
  if (*from < *to) {
    node.fail({"import.bit-width", "the result is wider than the operand", fmt::format("at most {} bits", *from),
               fmt::format("{}", *to)});
    return std::nullopt;
  }
  return Truncation{*from - *to, x.scale[0], x.zero_point[0], storage_range(ElementType::int32)};
}

std::optional<Truncation> second_version(NodeImport& node, const QuantizerParameters& x) {
  const bool is_signed = node.integer("signed", 1) != 0;
  const bool is_narrow = node.integer("narrow", 0) != 0;
  const auto from = qonnx_bits(node, 3, most_bits);
  const auto result = qonnx_scale(node, {}, 4);
  const auto to = qonnx_bits(node, 5, most_bits);
  const auto range = to ? qonnx_range(node, *to, is_signed, is_narrow) : std::nullopt;
  if (!from || !result || !range || node.failed()) return std::nullopt;
  const double power = std::nearbyint(std::log2((result->scale[0] / x.scale[0]).to_double()));
  if (!(power >= 0 && power < most_bits)) {
    node.fail({"import.scale", "the output scale is not a larger or equal step", "the scale times a power of two",
               fmt::format("2^{} times", power), "", node.input_name(4)});
    return std::nullopt;
  }
  return Truncation{static_cast<int>(power), result->scale[0], x.zero_point[0] >> static_cast<int>(power), *range};
}

void import_trunc(NodeImport& node) {
  constexpr std::size_t inputs_of_second = 6;
  const auto rounding = qonnx_rounding(node, "FLOOR");
  const auto x = qonnx_parameters(node, node.type(0).shape, 1, 2);
  if (!rounding || !x || !node.require_finite(0) || node.failed()) return;
  if (x->scale.size() > 1) {
    return node.fail({"import.parameter-shape", "a truncation with scales of its own for each channel is not supported",
                      "one scale", fmt::format("{}", x->scale.size()), "quantize per tensor", node.input_name(1)});
  }
  const bool is_second = node.node().inputs.size() >= inputs_of_second;
  const auto truncation = is_second ? second_version(node, *x) : first_version(node, *x);
  if (!truncation) return;
  const std::int64_t step = std::int64_t{1} << truncation->shift;
  if (x->zero_point[0] % step != 0) {
    return node.fail({"import.zero-point", "the zero point has bits that are cut off",
                      fmt::format("a multiple of {}", step), fmt::format("{}", x->zero_point[0]),
                      "quantize with zero point 0", node.input_name(2)});
  }
  // Two roundings, as the definition has them: the first is none where the operand is quantized, as it should be.
  QuantizeAttributes first;
  first.scale = x->scale;
  first.zero_point = x->zero_point;
  first.element = ElementType::int32;
  first.range = storage_range(ElementType::int32);
  first.round_after_zero_point = true;
  const auto stored = node.add_node("stored", "quantize", Attributes::of(first), {node.input(0)});
  const auto real = stored ? node.add_node("real", "dequantize",
                                           Attributes::of(DequantizeAttributes{x->scale, x->zero_point, {}}), {*stored})
                           : std::nullopt;
  if (!real) return;
  QuantizeAttributes second;
  second.scale = {x->scale[0] * Rational(step)};
  second.zero_point = {x->zero_point[0] / step};
  second.element = narrowest_element(truncation->range);
  second.range = truncation->range;
  second.rounding = *rounding;
  second.round_after_zero_point = true;
  const auto cut = node.add_node("truncated", "quantize", Attributes::of(second), {*real});
  if (!cut) return;
  node.add_output(0, "dequantize",
                  Attributes::of(DequantizeAttributes{{truncation->scale}, {truncation->zero_point}, {}}), {*cut});
}

} // namespace

void register_trunc_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "trunc";
  importer.import = import_trunc;
  for (const std::string_view domain : qonnx_domains)
    importer.operators.push_back({std::string(domain), "Trunc", 1, 2, 5, 6, 1});
  registry.add(std::move(importer));
}

} // namespace tilewright
