// Inputs for projects and proofs when the user gives none: the same for the same graph, on every machine.
#pragma once

#include "ir/graph.h"

#include <vector>

namespace tilewright {

inline constexpr std::uint64_t input_seed = 1;

// One tensor a graph input. A float input that a quantizer reads covers the quantizer's range and one tenth beyond, so
// that it also saturates; other floats lie in [-1, 1]. Integers cover their proven range.
std::vector<Tensor> random_inputs(const Graph& graph, std::uint64_t seed = input_seed);

} // namespace tilewright
