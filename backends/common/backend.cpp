#include "backends/common/backend.h"

#include "backends/common/map.h"

namespace tilewright {

namespace {

std::optional<Design> map_to_array(const MapContext& context) {
  return map_graph(context.graph, context.target, context.device, context.lowerings, context.diagnostics,
                   context.options);
}

} // namespace

void register_all_backends(BackendRegistry& registry) {
  registry.add({.name = "adf",
                .summary = "AMD AI Engine arrays, programmed as ADF graphs",
                .map = map_to_array,
                .emit = emit_project});
}

} // namespace tilewright
