#include "tools/tilewright/json_output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

nlohmann::ordered_json json_of_problems(const Diagnostics& diagnostics) {
  nlohmann::ordered_json problems = nlohmann::ordered_json::array();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != Severity::error) continue;
    std::string reason = diagnostic.reason;
    if (!diagnostic.expected.empty()) reason += fmt::format("; expected {}", diagnostic.expected);
    if (!diagnostic.got.empty()) reason += fmt::format("; got {}", diagnostic.got);
    problems.push_back({{"node", diagnostic.node},
                        {"op", diagnostic.op},
                        {"tensor", diagnostic.tensor},
                        {"code", diagnostic.code},
                        {"reason", reason},
                        {"hint", diagnostic.hint}});
  }
  return problems;
}

std::string text_of_json(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace tilewright
