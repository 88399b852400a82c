// Gemm and MatMul with constant weights.
#include "frontend/constant_arithmetic.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

bool require_constant_weights(NodeImport& node) {
  if (node.is_constant(1)) return true;
  node.fail({"import.weights", "the second operand is computed: products of two activations are not supported",
             "constant weights", "", node.is_constant(0) ? "exchange the operands, with both transposed" : "",
             node.input_name(1)});
  return false;
}

bool require_rank(NodeImport& node, std::size_t input, std::size_t rank) {
  const Shape& shape = node.type(input).shape;
  if (shape.size() == rank) return true;
  node.fail({"import.shape", "an operand has the wrong number of dimensions", fmt::format("{}", rank),
             fmt::format("'{}'", text_of(shape)), "", node.input_name(input)});
  return false;
}

bool require_inner_dimension(NodeImport& node, std::int64_t of_a, std::int64_t of_b) {
  if (of_a == of_b && of_a > 0) return true;
  node.fail({"import.shape", "the operands' inner dimensions do not go together", fmt::format("{}", of_a),
             fmt::format("{} ({} x {})", of_b, text_of(node.type(0)), text_of(node.type(1))), "", node.input_name(1)});
  return false;
}

std::optional<ValueId> transposed(NodeImport& node, ValueId value, std::string_view suffix, bool wanted) {
  if (!wanted) return value;
  return node.add_node(suffix, "transpose", Attributes::of(TransposeAttributes{{1, 0}}), {value});
}

// value * factor, where the factor is not 1.
std::optional<ValueId> scaled(NodeImport& node, ValueId value, std::string_view suffix, float factor) {
  if (factor == 1) return value;
  const ValueId constant =
      node.add_constant(fmt::format("{}_factor", suffix), Tensor::of({}, std::vector<float>{factor}));
  return node.add_node(suffix, "mul", {}, {value, constant});
}

// The addend as a vector of one entry an output, if that is what it is.
std::optional<ValueId> as_bias(NodeImport& node, ValueId addend, std::int64_t outputs) {
  const Shape& shape = node.type_of(addend).shape;
  const bool is_row = element_count(shape) == outputs && (shape.empty() || shape.back() == outputs);
  if (!is_row || !node.is_constant(addend)) return std::nullopt;
  if (shape == Shape{outputs}) return addend;
  return node.add_node("bias", "reshape", Attributes::of(ReshapeAttributes{{outputs}}), {addend});
}

void import_gemm(NodeImport& node) {
  const float alpha = node.real("alpha", 1);
  const float beta = node.real("beta", 1);
  const bool transposes_a = node.integer("transA", 0) != 0;
  const bool transposes_b = node.integer("transB", 0) != 0;
  if (!std::isfinite(alpha) || !std::isfinite(beta)) node.fail({"import.attribute", "alpha or beta is not finite"});
  if (!require_real_operands(node) || !require_rank(node, 0, 2) || !require_rank(node, 1, 2)) return;
  const Shape& a = node.type(0).shape;
  const Shape& b = node.type(1).shape;
  if (!require_inner_dimension(node, a[transposes_a ? 0 : 1], b[transposes_b ? 1 : 0])) return;
  if (!require_constant_weights(node) || node.failed()) return;
  const std::int64_t rows = a[transposes_a ? 1 : 0];
  const std::int64_t outputs = b[transposes_b ? 0 : 1];

  const auto x = transposed(node, node.input(0), "a", transposes_a);
  const auto weights = transposed(node, node.input(1), "weights", transposes_b);
  if (!x || !weights) return;
  if (!node.has_input(2) || beta == 0) {
    if (alpha == 1) return void(node.add_output(0, "dense", {}, {*x, *weights}));
    const auto product = node.add_node("product", "dense", {}, {*x, *weights});
    if (product)
      node.add_output(0, "mul", {}, {*product, node.add_constant("alpha", Tensor::of({}, std::vector<float>{alpha}))});
    return;
  }
  const auto addend = scaled(node, node.input(2), "beta", beta);
  if (!addend) return;
  const auto bias = alpha == 1 ? as_bias(node, *addend, outputs) : std::nullopt;
  if (bias) return void(node.add_output(0, "dense", {}, {*x, *weights, *bias}));
  const Shape& addend_shape = node.type_of(*addend).shape;
  const auto product = node.add_node("product", "dense", {}, {*x, *weights});
  const auto scaled_product = product ? scaled(node, *product, "alpha", alpha) : std::nullopt;
  if (!scaled_product) return;
  // Only the addend broadcasts, never the product.
  bool fits = addend_shape.size() <= 2;
  const Shape result{rows, outputs};
  for (std::size_t i = 0; fits && i < addend_shape.size(); ++i) {
    const std::int64_t size = addend_shape[addend_shape.size() - 1 - i];
    fits = size == 1 || size == result[1 - i];
  }
  if (!fits) {
    node.fail({"import.shape", "the addend does not broadcast to the product", fmt::format("'{}'", text_of(result)),
               fmt::format("'{}'", text_of(addend_shape)), "", node.input_name(2)});
    return;
  }
  node.add_output(0, "add", {}, {*scaled_product, *addend});
}

void import_matmul(NodeImport& node) {
  if (!require_real_operands(node)) return;
  const Shape& a = node.type(0).shape;
  const Shape& b = node.type(1).shape;
  if (a.empty() || b.empty()) {
    node.fail({"import.shape", "an operand is a scalar", "one dimension at least", "", "",
               node.input_name(a.empty() ? 0 : 1)});
    return;
  }
  if (!require_constant_weights(node)) return;
  if (!require_inner_dimension(node, a.back(), b.size() == 1 ? b[0] : b[b.size() - 2])) return;
  if (b.size() > 2) {
    node.fail({"import.weights", "weights with more than two dimensions are not supported", "a matrix",
               fmt::format("'{}'", text_of(b)), "use one MatMul for each matrix", node.input_name(1)});
    return;
  }
  if (b.size() == 2) return void(node.add_output(0, "dense", {}, {node.input(0), node.input(1)}));
  // A vector is a matrix with one column, which the result does not have.
  const auto column =
      node.add_node("weights", "reshape", Attributes::of(ReshapeAttributes{{b[0], 1}}), {node.input(1)});
  const auto product = column ? node.add_node("product", "dense", {}, {node.input(0), *column}) : std::nullopt;
  if (!product) return;
  Shape shape = node.type_of(*product).shape;
  shape.pop_back();
  node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {*product});
}

} // namespace

void register_dense_importer(ImporterRegistry& registry) {
  ImporterDefinition gemm;
  gemm.name = "gemm";
  gemm.import = import_gemm;
  gemm.operators = {{"", "Gemm", 7, 10, 3, 3, 1}, {"", "Gemm", 11, newest_opset, 2, 3, 1}};
  registry.add(std::move(gemm));
  ImporterDefinition matmul;
  matmul.name = "matmul";
  matmul.import = import_matmul;
  matmul.operators = {{"", "MatMul", 1, newest_opset, 2, 2, 1}};
  registry.add(std::move(matmul));
}

} // namespace tilewright
