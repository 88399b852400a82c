// Reads design.json back. What only the compiler needs (ids of the graph, parameters' values) stays empty.
#pragma once

#include "backends/common/design.h"
#include "ir/diagnostics.h"

#include <optional>
#include <string_view>

namespace tilewright {

// nullopt with a diagnostic of kind `model` that says which member is wrong. The text may be anybody's: sizes and indices are
// checked.
std::optional<Design> read_design(std::string_view json, Diagnostics& diagnostics);

} // namespace tilewright
