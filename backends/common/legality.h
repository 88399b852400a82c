// Whether a Design keeps to the device's limits. Every violation is listed: resource, place, need, limit, node.
#pragma once

#include "backends/common/design.h"
#include "backends/common/device.h"
#include "ir/diagnostics.h"

#include <string>
#include <vector>

namespace tilewright {

struct Violation {
  std::string resource; // "memory-tile input ports"
  std::string place;    // "buffer layer_x_input"
  std::int64_t need = 0;
  std::int64_t limit = 0;
  std::string node; // origin in the model
  std::string hint;
};

std::vector<Violation> check_legality(const Design& design, const Target& target, const Device& device);

Diagnostic diagnostic_of(const Violation& violation, const Device& device);

} // namespace tilewright
