// Mul, and Div by a constant whose reciprocal is exact.
#include "frontend/constant_arithmetic.h"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

// 1 / c for every c, if all of them are powers of two that stay normal numbers.
std::optional<Tensor> reciprocal(const Tensor& divisor) {
  if (divisor.element() != ElementType::float32) return std::nullopt;
  Tensor result(ElementType::float32, divisor.shape());
  const std::span<const float> from = divisor.data<float>();
  const std::span<float> to = result.mutable_data<float>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    int exponent = 0;
    if (std::abs(std::frexp(from[i], &exponent)) != 0.5F) return std::nullopt;
    to[i] = 1 / from[i];
    if (!std::isnormal(to[i])) return std::nullopt;
  }
  return result;
}

void import_mul(NodeImport& node) {
  const bool divides = node.node().op_type == "Div";
  if (node.is_constant(0) && node.is_constant(1)) {
    return import_constant_arithmetic(node, divides ? ConstantOperator::divide : ConstantOperator::multiply);
  }
  if (!require_real_operands(node)) return;
  if (!divides) {
    node.add_output(0, "mul", {}, {node.input(0), node.input(1)});
    return;
  }
  const Tensor* divisor = node.constant(1, "the divisor");
  if (!divisor) return;
  std::optional<Tensor> factor = reciprocal(*divisor);
  if (!factor) {
    node.fail({"import.division", "a division whose result a product would not give exactly is not supported",
               "a divisor that is a power of two", "",
               "multiply by a constant instead, or fold the division into a scale", node.input_name(1)});
    return;
  }
  node.add_output(0, "mul", {}, {node.input(0), node.add_constant("reciprocal", *std::move(factor))});
}

} // namespace

void register_mul_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "mul";
  importer.import = import_mul;
  importer.operators = {{"", "Mul", 7, newest_opset, 2, 2, 1}, {"", "Div", 7, newest_opset, 2, 2, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
