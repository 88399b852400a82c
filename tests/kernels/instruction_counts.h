// The closed form of the slot model against what the emulator counts in the emitted kernel.
#pragma once

#include "../backends/networks.h"

#include <string>

namespace tilewright::testing {

// Maps a network of one layer, runs it with the emulator counting, and expects of every kernel as many instructions in
// each slot as the closed form has, and cycles within 5 %.
void expect_counted(const Registries& registries, const Graph& graph, const std::string& target,
                    const MapOptions& options = {});

} // namespace tilewright::testing
