#include "runtime/plugin/plugin.h"

void tilewright_plugin_v1(tilewright::Registries& registries) {
  registries.ops.add(tilewright::OpDefinition(*registries.ops.find("relu")));
  tilewright::add_device(registries.targets, "aie-ml", {.name = "vek280"});
}
