#include "ir/ops/concat.h"
#include "frontend/axes.h"

namespace tilewright {

namespace {

void import_concat(NodeImport& node) {
  constexpr std::int64_t first_that_needs_axis = 4;
  if (node.opset() >= first_that_needs_axis && !node.has_attribute("axis")) {
    return node.fail({"import.attribute", "attribute 'axis' is missing"});
  }
  const auto axis = axis_from_front(node, node.integer("axis", 1), node.type(0).shape.size());
  if (!axis || node.failed()) return;
  std::vector<ValueId> operands;
  for (std::size_t i = 0; i < node.node().inputs.size(); ++i) {
    if (!node.has_input(i)) return node.fail({"import.node", "an operand in the middle is missing"});
    operands.push_back(node.input(i));
  }
  if (operands.size() == 1) return node.bind(0, operands.front());
  node.add_output(0, "concat", Attributes::of(ConcatAttributes{*axis}), std::move(operands));
}

} // namespace

void register_concat_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "concat";
  importer.import = import_concat;
  importer.operators = {{"", "Concat", 1, newest_opset, 1, most_operands, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
