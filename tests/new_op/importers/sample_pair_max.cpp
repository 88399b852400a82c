#include "frontend/importer.h"

namespace tilewright {

namespace {

void import_pair_max(NodeImport& node) { node.add_output(0, "sample_pair_max", {}, {node.input(0)}); }

} // namespace

void register_sample_pair_max_importer(ImporterRegistry& registry) {
  registry.add({"sample_pair_max", {{"sample", "PairMax", 1, 1, 1, 1, 1}}, import_pair_max});
}

} // namespace tilewright
