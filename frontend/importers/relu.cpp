#include "frontend/importer.h"

namespace tilewright {

namespace {

void import_relu(NodeImport& node) { node.add_output(0, "relu", {}, {node.input(0)}); }

} // namespace

void register_relu_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "relu";
  importer.import = import_relu;
  importer.operators = {{"", "Relu", 6, newest_opset, 1, 1, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
