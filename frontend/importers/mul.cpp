// Mul and Div.
#include "frontend/constant_arithmetic.h"

namespace tilewright {

namespace {

void import_mul(NodeImport& node) {
  const bool divides = node.node().op_type == "Div";
  if (node.is_constant(0) && node.is_constant(1)) {
    return import_constant_arithmetic(node, divides ? ConstantOperator::divide : ConstantOperator::multiply);
  }
  if (!require_real_operands(node)) return;
  if (divides) {
    node.add_output(0, "div", {}, {node.input(0), node.input(1)});
  } else {
    node.add_output(0, "mul", {}, {node.input(0), node.input(1)});
  }
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
