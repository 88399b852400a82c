// Operators that pass their input through: Identity, and Dropout as in inference.
#include "frontend/importer.h"

namespace tilewright {

namespace {

void import_identity(NodeImport& node) { node.bind(0, node.input(0)); }

void import_dropout(NodeImport& node) {
  constexpr std::int64_t first_with_inputs = 12;
  if (node.opset() < first_with_inputs) {
    node.real("ratio", 0.5F);
  } else {
    node.integer("seed", 0);
    if (node.has_input(2)) {
      const Tensor* training = node.constant(2, "the training mode");
      if (!training) return;
      if (training->count() != 1 || to_double(*training)[0] != 0) {
        node.fail({"import.training", "the model is exported in training mode", "training_mode false", "",
                   "export it in evaluation mode", node.input_name(2)});
        return;
      }
    }
  }
  if (node.node().outputs.size() > 1 && !node.node().outputs[1].empty()) {
    // In inference nothing is dropped: the mask is true everywhere.
    Tensor mask(ElementType::boolean, node.type(0).shape);
    for (bool& each : mask.mutable_data<bool>())
      each = true;
    node.bind(1, std::move(mask));
  }
  if (!node.node().outputs[0].empty()) node.bind(0, node.input(0));
}

} // namespace

void register_identity_importer(ImporterRegistry& registry) {
  ImporterDefinition identity;
  identity.name = "identity";
  identity.import = import_identity;
  identity.operators = {{"", "Identity", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(identity));
  ImporterDefinition dropout;
  dropout.name = "dropout";
  dropout.import = import_dropout;
  dropout.operators = {{"", "Dropout", 7, 11, 1, 1, 2}, {"", "Dropout", 12, newest_opset, 1, 3, 2}};
  registry.add(std::move(dropout));
}

} // namespace tilewright
