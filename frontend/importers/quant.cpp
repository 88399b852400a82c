// QONNX's Quant(x, scale, zero point, bit width): quantized and dequantized again, which is two ops here.
#include "frontend/quantizer_parameters.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// The names are those of Brevitas and QONNX; two of them do not mean what they mean elsewhere.
std::optional<Rounding> rounding_of(std::string mode) {
  struct Entry {
    std::string_view mode;
    Rounding rounding;
  };
  constexpr std::array modes{
      Entry{"ROUND", Rounding::half_even},
      Entry{"HALF_EVEN", Rounding::half_even},
      Entry{"CEIL", Rounding::ceil},
      Entry{"FLOOR", Rounding::floor},
      Entry{"UP", Rounding::away_from_zero},
      Entry{"DOWN", Rounding::toward_zero},
      Entry{"ROUND_TO_ZERO", Rounding::toward_zero},
      Entry{"HALF_UP", Rounding::half_away},
      Entry{"HALF_DOWN", Rounding::half_toward_zero},
  };
  std::ranges::transform(mode, mode.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const Entry& entry : modes) {
    if (entry.mode == mode) return entry.rounding;
  }
  return std::nullopt;
}

// Biases are often quantized to 32 bits; a tensor of activations of more than 16 fits no multiplier.
std::optional<int> bits_of(NodeImport& node, std::size_t input, bool of_a_constant) {
  const Tensor* data = node.constant(input, "the bit width");
  if (!data) return std::nullopt;
  const int most = of_a_constant ? 32 : 16;
  const double bits = data->count() == 1 ? to_double(*data)[0] : 0;
  if (bits >= 1 && bits <= most && bits == std::floor(bits)) return static_cast<int>(bits);
  node.fail({"import.bit-width", "the bit width is not supported", fmt::format("one integer from 1 to {}", most),
             data->count() == 1 ? fmt::format("{}", bits) : fmt::format("{} widths", data->count()),
             data->count() == 1 ? "" : "use one width for the whole tensor", node.input_name(input)});
  return std::nullopt;
}

std::optional<IntegerRange> range_of(NodeImport& node, int bits, bool is_signed, bool is_narrow) {
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  const std::int64_t less = is_narrow ? 1 : 0;
  const IntegerRange range = is_signed ? IntegerRange{-half + less, half - 1} : IntegerRange{0, 2 * half - 1 - less};
  if (range.min < range.max) return range;
  node.fail({"import.bit-width", "the quantizer has a single value", "at least two values",
             fmt::format("{} bit{}{}", bits, is_signed ? ", signed" : "", is_narrow ? ", narrow" : "")});
  return std::nullopt;
}

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
  const std::string mode = node.text("rounding_mode", "ROUND");
  const auto rounding = rounding_of(mode);
  if (!rounding) {
    node.fail({"import.rounding", "the rounding mode is not known",
               "ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, ROUND_TO_ZERO, HALF_UP or HALF_DOWN", mode});
  }
  const ValueType& x = node.type(0);
  const auto parameters = qonnx_parameters(node, x.shape, 1, 2);
  const auto bits = bits_of(node, 3, node.is_constant(0));
  const auto range = bits ? range_of(node, *bits, is_signed, is_narrow) : std::nullopt;
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
  for (const std::string_view domain : {"finn", "finn.custom_op.general", "qonnx.custom_op.general", "onnx.brevitas"}) {
    importer.operators.push_back({std::string(domain), "Quant", 1, 2, 4, 4, 1});
  }
  registry.add(std::move(importer));
}

} // namespace tilewright
