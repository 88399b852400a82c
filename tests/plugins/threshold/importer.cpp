#include "threshold.h"

#include "frontend/importer.h"

#include <cmath>

namespace tilewright {

namespace {

void import_threshold(NodeImport& node) {
  const float limit = node.real("limit", 0);
  if (!std::isfinite(limit)) return node.fail({"import.attribute", "the limit is not a number"});
  node.add_output(0, "threshold", Attributes::of(ThresholdAttributes{Rational::from_double(limit)}), {node.input(0)});
}

} // namespace

void register_threshold_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "threshold";
  importer.operators = {{"example", "Threshold", 1, 1}}; // domain, operator, first and last version
  importer.import = import_threshold;
  registry.add(std::move(importer));
}

} // namespace tilewright
