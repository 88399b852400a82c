// JSON as the command line prints it.
#pragma once

#include "ir/diagnostics.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tilewright {

// [{"node", "op", "tensor", "code", "reason", "hint"}] of the errors. `expected` and `got` are part of the reason.
nlohmann::ordered_json json_of_problems(const Diagnostics& diagnostics);

// Indented by two. Bytes of a model's text that are no UTF-8 are replaced.
std::string text_of_json(const nlohmann::ordered_json& json);

} // namespace tilewright
