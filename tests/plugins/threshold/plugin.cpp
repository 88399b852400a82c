#include "runtime/plugin/plugin.h"

namespace tilewright {

void register_threshold(OpRegistry& registry);
void register_threshold_importer(ImporterRegistry& registry);
void register_threshold_lowering(LoweringRegistry& registry);

} // namespace tilewright

void tilewright_plugin_v1(tilewright::Registries& registries) {
  tilewright::register_threshold(registries.ops);
  tilewright::register_threshold_importer(registries.importers);
  tilewright::register_threshold_lowering(registries.lowerings);
  tilewright::register_plugin_kernels(registries.kernels);
}
