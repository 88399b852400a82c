// Add, Sub and Sum. a - b is a + (-1 * b), which is exact: a product with -1 never rounds.
#include "frontend/constant_arithmetic.h"

namespace tilewright {

namespace {

void import_add(NodeImport& node) {
  const bool subtracts = node.node().op_type == "Sub";
  if (node.is_constant(0) && node.is_constant(1)) {
    return import_constant_arithmetic(node, subtracts ? ConstantOperator::subtract : ConstantOperator::add);
  }
  if (!require_real_operands(node)) return;
  ValueId second = node.input(1);
  if (subtracts) {
    const Tensor minus_one = node.type(1).element == ElementType::float64 ? Tensor::of({}, std::vector<double>{-1})
                                                                          : Tensor::of({}, std::vector<float>{-1});
    const auto negated = node.add_node("negated", "mul", {}, {second, node.add_constant("minus_one", minus_one)});
    if (!negated) return;
    second = *negated;
  }
  node.add_output(0, "add", {}, {node.input(0), second});
}

// Of one tensor or many, in order.
void import_sum(NodeImport& node) {
  if (!require_real_operands(node)) return;
  std::optional<ValueId> sum = node.input(0);
  const std::size_t count = node.node().inputs.size();
  for (std::size_t i = 1; sum && i + 1 < count; ++i)
    sum = node.add_node("sum", "add", {}, {*sum, node.input(i)});
  if (!sum) return;
  if (count == 1) return node.bind(0, *sum);
  node.add_output(0, "add", {}, {*sum, node.input(count - 1)});
}

} // namespace

void register_add_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "add";
  importer.import = import_add;
  importer.operators = {{"", "Add", 7, newest_opset, 2, 2, 1}, {"", "Sub", 7, newest_opset, 2, 2, 1}};
  registry.add(std::move(importer));
  ImporterDefinition sum;
  sum.name = "sum";
  sum.import = import_sum;
  sum.operators = {{"", "Sum", 6, newest_opset, 1, most_operands, 1}};
  registry.add(std::move(sum));
}

} // namespace tilewright
