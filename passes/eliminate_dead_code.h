// Removes every node whose results neither a live node nor a graph output reads.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_eliminate_dead_code(PassRegistry& registry);

} // namespace tilewright
