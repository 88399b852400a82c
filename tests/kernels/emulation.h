// Runs the project of a network in the host emulator and compares every layer with the reference.
#pragma once

#include "../backends/networks.h"

#include "ir/tensor.h"

#include <string>

namespace tilewright::testing {

// Compiles the graph for the target's first device, writes the project, builds and runs it with random inputs, and expects
// every element of every boundary to equal the reference executor's.
void expect_bit_exact(const Registries& registries, const Graph& graph, const std::string& target, unsigned seed = 1,
                      const MapOptions& options = {});

} // namespace tilewright::testing
