// Which passes run, in which order.
#pragma once

#include "passes/pass_registry.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tilewright {

// From an imported graph to one whose integer part is made of contractions and `requantize`.
std::vector<std::string> default_pipeline();

// The default pipeline, and in it every registered pass that says behind which other one it runs; several behind one run
// in the order of their names. One that names an unknown pass does not run.
std::vector<std::string> pipeline_with(const PassRegistry& registry);

// The passes of these names; a name that is not registered is a usage error that lists those that are.
std::optional<std::vector<const Pass*>> passes_named(std::span<const std::string> names, const PassRegistry& registry,
                                                     Diagnostics& diagnostics);

} // namespace tilewright
