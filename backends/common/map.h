// From an integer graph to a Design: partition, tiling, placement, transport, and the check that it is legal.
#pragma once

#include "backends/common/design.h"
#include "backends/common/lowering.h"
#include "backends/common/map_options.h"
#include "ir/diagnostics.h"

#include <optional>

namespace tilewright {

// nullopt with diagnostics: of kind `model` where the array has no way to compute a node, of kind `device` where it does
// not fit.
std::optional<Design> map_graph(const Graph& graph, const Target& target, const Device& device,
                                const LoweringRegistry& lowerings, Diagnostics& diagnostics,
                                const MapOptions& options = {});

} // namespace tilewright
