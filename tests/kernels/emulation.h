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

// What a kernel issued in one firing, in one of its loops or outside of them.
struct CountedLoop {
  std::string function; // "dense_last::run"
  int kernel = 0;
  std::string place; // "-": outside of loops
  std::int64_t iterations = 0;
  std::int64_t count = 0; // of one entry
  Instructions slots;     // all iterations together
};

// Runs the design's project with the emulator counting instructions.
std::vector<CountedLoop> count_instructions(const Registries& registries, const Graph& graph, const Design& design);

} // namespace tilewright::testing
