// Gemm, MatMul, and the products of the operator-oriented form: MatMulInteger and QLinearMatMul.
#include "frontend/constant_arithmetic.h"
#include "frontend/integer_products.h"
#include "frontend/quantized_operands.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

// x * weights, where the weights may be computed too.
std::optional<ValueId> product_of(NodeImport& node, ValueId x, ValueId weights) {
  return node.add_node("product", node.is_constant(weights) ? "dense" : "matmul", {}, {x, weights});
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
  if (node.failed()) return;
  const std::int64_t rows = a[transposes_a ? 1 : 0];
  const std::int64_t outputs = b[transposes_b ? 0 : 1];

  const auto x = transposed(node, node.input(0), "a", transposes_a);
  const auto weights = transposed(node, node.input(1), "weights", transposes_b);
  if (!x || !weights) return;
  if (!node.has_input(2) || beta == 0) {
    if (alpha == 1) {
      return void(node.add_output(0, node.is_constant(*weights) ? "dense" : "matmul", {}, {*x, *weights}));
    }
    const auto product = product_of(node, *x, *weights);
    if (product)
      node.add_output(0, "mul", {}, {*product, node.add_constant("alpha", Tensor::of({}, std::vector<float>{alpha}))});
    return;
  }
  const auto addend = scaled(node, node.input(2), "beta", beta);
  if (!addend) return;
  const auto bias = alpha == 1 && node.is_constant(*weights) ? as_bias(node, *addend, outputs) : std::nullopt;
  if (bias) return void(node.add_output(0, "dense", {}, {*x, *weights, *bias}));
  const Shape& addend_shape = node.type_of(*addend).shape;
  const auto product = product_of(node, *x, *weights);
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

// Of any two tensors. A vector on the left is a matrix with one row, one on the right a matrix with one column; the
// result has neither.
void import_product(NodeImport& node) {
  const Shape& a = node.type(0).shape;
  const Shape& b = node.type(1).shape;
  const auto as_matrix = [&](std::size_t input, Shape shape) -> std::optional<ValueId> {
    if (node.type(input).shape.size() > 1) return node.input(input);
    return node.add_node(input == 0 ? "row" : "column", "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}),
                         {node.input(input)});
  };
  if (a.size() > 1 && b.size() > 1) return void(node.add_output(0, "matmul", {}, {node.input(0), node.input(1)}));
  const auto left = as_matrix(0, {1, a.back()});
  const auto right = as_matrix(1, {b[0], 1});
  const auto product = left && right ? node.add_node("product", "matmul", {}, {*left, *right}) : std::nullopt;
  if (!product) return;
  Shape shape = node.type_of(*product).shape;
  if (b.size() == 1) shape.pop_back();
  if (a.size() == 1) shape.erase(shape.end() - (b.size() == 1 ? 1 : 2));
  node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {*product});
}

// The last two axes the other way round.
Attributes turned_matrix(std::size_t rank) {
  TransposeAttributes attributes;
  attributes.permutation.resize(rank);
  std::iota(attributes.permutation.begin(), attributes.permutation.end(), 0);
  std::swap(attributes.permutation[rank - 1], attributes.permutation[rank - 2]);
  return Attributes::of(std::move(attributes));
}

// A constant matrix on the left multiplies columns: rows of the transposed tensor, by the transposed matrix.
void import_product_of_columns(NodeImport& node) {
  const Attributes order = turned_matrix(node.type(1).shape.size());
  const auto weights = node.add_node("weights", "transpose", turned_matrix(2), {node.input(0)});
  const auto columns = node.add_node("columns", "transpose", order, {node.input(1)});
  const auto product = weights && columns ? node.add_node("product", "dense", {}, {*columns, *weights}) : std::nullopt;
  if (product) node.add_output(0, "transpose", order, {*product});
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
  if (!require_inner_dimension(node, a.back(), b.size() == 1 ? b[0] : b[b.size() - 2])) return;
  const bool is_matrix = a.size() == 2 && b.size() > 1;
  if (is_matrix && node.is_constant(0) && !node.is_constant(1)) return import_product_of_columns(node);
  if (!node.is_constant(1) || b.size() > 2) return import_product(node);
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

// (a - zero point) * (b - zero point) as plain sums and what the activations' zero point takes off them.
void import_matmul_integer(NodeImport& node) {
  const Shape& a = node.type(0).shape;
  if (!require_rank(node, 1, 2) || a.empty() || !require_inner_dimension(node, a.back(), node.type(1).shape[0])) return;
  const auto a_zero_point = zero_point_of(node, 2);
  const auto weights = weights_without_zero_points(node, 1, 3, 1);
  if (!a_zero_point || !weights) return;
  std::vector<ValueId> operands{node.input(0), node.add_constant("weights", *weights)};
  if (const auto bias = bias_for_zero_point(node, *weights, 1, *a_zero_point)) operands.push_back(*bias);
  const auto sums = node.add_node("sums", "dense", {}, std::move(operands));
  if (!sums || !require_int32(node, *sums)) return;
  node.graph().set_name(*sums, node.node().outputs[0]);
  node.bind(0, *sums);
}

// a, its scale and zero point, b, theirs, and the result's.
void import_qlinear_matmul(NodeImport& node) {
  const Shape& a = node.type(0).shape;
  const Shape& b = node.type(3).shape;
  if (a.empty() || (b.size() < 2 && !require_rank(node, 3, 2))) return;
  if (a.back() != b[b.size() - 2]) {
    node.fail({"import.shape", "the operands' inner dimensions do not go together", fmt::format("{}", a.back()),
               fmt::format("{}", b[b.size() - 2]), "", node.input_name(3)});
    return;
  }
  const bool one_matrix = b.size() == 2;
  const auto x = dequantized_operand(node, "a", 0, 1, 2, {});
  const auto weights =
      dequantized_operand(node, "b", 3, 4, 5, one_matrix ? std::optional<std::int64_t>(1) : std::nullopt);
  const auto result = result_quantizer(node, 6, 7);
  if (!x || !weights || !result) return;
  const auto product = one_matrix ? product_of(node, x->value, weights->value)
                                  : node.add_node("product", "matmul", {}, {x->value, weights->value});
  if (product) node.add_output(0, "quantize", Attributes::of(*result), {*product});
}

// ONNX Runtime's QGemm: alpha * a * b + c, each matrix turned as asked, c in units of the product's scales. Without a
// scale of the result, real numbers leave.
void import_qgemm(NodeImport& node) {
  const float alpha = node.real("alpha", 1);
  const bool transposes_a = node.integer("transA", 0) != 0;
  const bool transposes_b = node.integer("transB", 0) != 0;
  if (!std::isfinite(alpha)) node.fail({"import.attribute", "alpha is not finite"});
  if (!require_rank(node, 0, 2) || !require_rank(node, 3, 2) || node.failed()) return;
  if (!require_inner_dimension(node, node.type(0).shape[transposes_a ? 0 : 1],
                               node.type(3).shape[transposes_b ? 1 : 0])) {
    return;
  }
  const auto a = dequantized_operand(node, "a", 0, 1, 2, {});
  const auto b = dequantized_operand(node, "b", 3, 4, 5, transposes_b ? 0 : 1);
  const auto x = a ? transposed(node, a->value, "a_turned", transposes_a) : std::nullopt;
  const auto weights = b ? transposed(node, b->value, "weights", transposes_b) : std::nullopt;
  auto product = x && weights ? product_of(node, *x, *weights) : std::nullopt;
  if (product) product = scaled(node, *product, "alpha", alpha);
  if (product && node.has_input(6)) {
    QuantizerParameters input = a->parameters;
    input.scale[0] *= Rational::from_double(static_cast<double>(alpha));
    const auto bias = dequantized_bias(node, 6, input, b->parameters);
    product = bias ? node.add_node("sum", "add", {}, {*product, *bias}) : std::nullopt;
  }
  if (!product) return;
  if (!node.has_input(7)) return node.bind(0, *product);
  if (const auto result = result_quantizer(node, 7, 8)) {
    node.add_output(0, "quantize", Attributes::of(*result), {*product});
  }
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
  ImporterDefinition integer;
  integer.name = "matmul_integer";
  integer.import = import_matmul_integer;
  integer.operators = {{"", "MatMulInteger", 10, newest_opset, 2, 4, 1}};
  registry.add(std::move(integer));
  ImporterDefinition qlinear;
  qlinear.name = "qlinear_matmul";
  qlinear.import = import_qlinear_matmul;
  qlinear.operators = {{"", "QLinearMatMul", 10, newest_opset, 8, 8, 1}};
  registry.add(std::move(qlinear));
  ImporterDefinition qgemm;
  qgemm.name = "qgemm";
  qgemm.import = import_qgemm;
  qgemm.operators = {{"com.microsoft", "QGemm", 1, 1, 6, 9, 1}};
  registry.add(std::move(qgemm));
}

} // namespace tilewright
