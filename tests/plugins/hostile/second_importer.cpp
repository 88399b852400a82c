// Another name, but an operator that the tree imports already.
#include "runtime/plugin/plugin.h"

void tilewright_plugin_v1(tilewright::Registries& registries) {
  tilewright::ImporterDefinition importer = *registries.importers.find("relu");
  importer.name = "another_relu";
  registries.importers.add(std::move(importer));
}
