#include "ir/ops/transpose.h"
#include "frontend/importer.h"

namespace tilewright {

namespace {

void import_transpose(NodeImport& node) {
  TransposeAttributes attributes;
  if (auto permutation = node.integers("perm")) {
    attributes.permutation = *std::move(permutation);
  } else {
    for (std::size_t i = node.type(0).shape.size(); i-- > 0;) {
      attributes.permutation.push_back(static_cast<std::int64_t>(i));
    }
  }
  if (node.failed()) return;
  node.add_output(0, "transpose", Attributes::of(std::move(attributes)), {node.input(0)});
}

} // namespace

void register_transpose_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "transpose";
  importer.import = import_transpose;
  importer.operators = {{"", "Transpose", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
