// ONNX Runtime's own quantized operators (domain com.microsoft): each is its operands dequantized, the operator on real
// numbers, and a quantizer of the result.
#include "frontend/averages.h"
#include "frontend/axes.h"
#include "frontend/quantized_operands.h"
#include "frontend/rectifier.h"
#include "ir/ops/concat.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/unary.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::string_view domain = "com.microsoft";

// Operand, scale, zero point from input `first` on.
std::optional<ValueId> real_operand(NodeImport& node, std::string_view suffix, std::size_t first) {
  const auto operand = dequantized_operand(node, suffix, first, first + 1, first + 2, {});
  return operand ? std::optional(operand->value) : std::nullopt;
}

void quantized_output(NodeImport& node, std::optional<ValueId> real, std::size_t scale, std::size_t zero_point) {
  if (!real) return;
  if (!node.has_input(zero_point)) {
    return node.fail({"import.zero-point", "the result's zero point is left out, and with it its type",
                      "a zero point of 8 or 16 bits"});
  }
  if (const auto result = result_quantizer(node, scale, zero_point)) {
    node.add_output(0, "quantize", Attributes::of(*result), {*real});
  }
}

void import_binary(NodeImport& node) {
  const auto a = real_operand(node, "a", 0);
  const auto b = real_operand(node, "b", 3);
  if (!a || !b) return;
  const std::string_view op = node.node().op_type == "QLinearAdd" ? "add" : "mul";
  quantized_output(node, node.add_node("real", op, {}, {*a, *b}), 6, 7);
}

void import_unary(NodeImport& node) {
  const bool leaky = node.node().op_type == "QLinearLeakyRelu";
  const float alpha = leaky ? node.real("alpha", 0.01F) : 0;
  if (!std::isfinite(alpha)) return node.fail({"import.attribute", "a parameter of the function is not finite"});
  const auto x = real_operand(node, "x", 0);
  if (!x) return;
  std::optional<LastOp> last = LastOp{"unary", Attributes::of(UnaryAttributes{"sigmoid", {}, {}}), {*x}};
  if (leaky) last = rectifier(node, *x, node.add_constant("slope", Tensor::of({}, std::vector<float>{alpha})));
  if (last) quantized_output(node, node.add_node("real", last->op, last->attributes, last->operands), 3, 4);
}

// The result's scale and zero point first, then three inputs for each part.
void import_concat(NodeImport& node) {
  std::vector<ValueId> parts;
  if ((node.node().inputs.size() - 2) % 3 != 0) {
    return node.fail({"import.node", "the inputs are no triples of tensor, scale and zero point"});
  }
  for (std::size_t first = 2; first < node.node().inputs.size(); first += 3) {
    const auto part = node.has_input(first) ? real_operand(node, fmt::format("part{}", parts.size()), first)
                                            : std::optional<ValueId>();
    if (!part) return node.failed() ? void() : node.fail({"import.node", "an operand in the middle is missing"});
    parts.push_back(*part);
  }
  const auto axis = axis_from_front(node, node.integer("axis", 0), node.type(2).shape.size());
  if (!axis || node.failed()) return;
  quantized_output(node, node.add_node("real", "concat", Attributes::of(ConcatAttributes{*axis}), std::move(parts)), 0,
                   1);
}

void import_global_average(NodeImport& node) {
  const bool channels_last = node.integer("channels_last", 0) != 0;
  const auto rank = static_cast<std::int64_t>(node.type(0).shape.size());
  if (rank < 3) return node.fail({"import.shape", "the operand is no image", "three axes at least"});
  const auto x = real_operand(node, "x", 0);
  if (!x || node.failed()) return;
  ReduceSumAttributes sum;
  std::int64_t count = 1;
  for (std::int64_t axis = channels_last ? 1 : 2; axis < (channels_last ? rank - 1 : rank); ++axis) {
    sum.axes.push_back(axis);
    count *= node.type(0).shape[static_cast<std::size_t>(axis)];
  }
  const auto total = node.add_node("sum", "reduce_sum", Attributes::of(sum), {*x});
  if (!total) return;
  const ValueId divisor = node.add_constant("count", Tensor::of({}, std::vector<float>{static_cast<float>(count)}));
  quantized_output(node, node.add_node("real", "div", {}, {*total, divisor}), 3, 4);
}

// An image whose channels come last is turned for its windows, which ONNX describes channels first.
void import_average(NodeImport& node) {
  const bool channels_last = node.integer("channels_last", 0) != 0;
  Shape shape = node.type(0).shape;
  if (shape.size() < 3) return node.fail({"import.shape", "the operand is no image", "three axes at least"});
  if (channels_last) std::rotate(shape.begin() + 1, shape.end() - 1, shape.end());
  const auto windows = windows_of(node, shape);
  const auto x = windows ? real_operand(node, "x", 0) : std::nullopt;
  const auto image = x && !channels_last ? to_channels_last(node, *x) : x;
  if (!image) return;
  const auto average = average_of(node, *image, *windows, counted_padding(node, *windows));
  if (!average || channels_last) return quantized_output(node, average, 3, 4);
  quantized_output(node, to_channels_first(node, *average), 3, 4);
}

} // namespace

void register_microsoft_importer(ImporterRegistry& registry) {
  const auto add = [&](std::string name, void (*import)(NodeImport&), std::vector<std::string_view> op_types,
                       std::size_t least, std::size_t most) {
    ImporterDefinition importer;
    importer.name = "microsoft_" + std::move(name);
    importer.import = import;
    for (const std::string_view op_type : op_types)
      importer.operators.push_back({std::string(domain), std::string(op_type), 1, 1, least, most, 1});
    registry.add(std::move(importer));
  };
  add("binary", import_binary, {"QLinearAdd", "QLinearMul"}, 7, 8);
  add("unary", import_unary, {"QLinearLeakyRelu", "QLinearSigmoid"}, 4, 5);
  add("concat", import_concat, {"QLinearConcat"}, 5, most_operands);
  add("average", import_average, {"QLinearAveragePool"}, 4, 5);
  add("global_average", import_global_average, {"QLinearGlobalAveragePool"}, 4, 5);
}

} // namespace tilewright
