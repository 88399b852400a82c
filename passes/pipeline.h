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

// The passes of these names; a name that is not registered is a usage error that lists those that are.
std::optional<std::vector<const Pass*>> passes_named(std::span<const std::string> names, const PassRegistry& registry,
                                                     Diagnostics& diagnostics);

} // namespace tilewright
