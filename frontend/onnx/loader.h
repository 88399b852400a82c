// Reads an ONNX file into plain data. ONNX's own checker and shape inference know older versions only, so they have no
// say here.
#pragma once

#include "frontend/limits.h"
#include "frontend/model.h"
#include "ir/diagnostics.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace tilewright {

// nullopt only if there is no graph to go on with; otherwise what could not be read is reported and left out.
std::optional<Model> load_model(const std::filesystem::path& file, const Limits& limits, Diagnostics& diagnostics);

// The same from memory; external data are then below `folder`, or nowhere if it is empty.
std::optional<Model> load_model(std::string_view bytes, const std::filesystem::path& folder, const Limits& limits,
                                Diagnostics& diagnostics);

} // namespace tilewright
