#include "frontend/importer.h"

namespace tilewright {

namespace {

void import_negate(NodeImport& node) { node.add_output(0, "sample_negate", {}, {node.input(0)}); }

} // namespace

void register_sample_negate_importer(ImporterRegistry& registry) {
  registry.add({"sample_negate", {{"sample", "Negate", 1, 1, 1, 1, 1}}, import_negate});
}

} // namespace tilewright
