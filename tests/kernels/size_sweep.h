// The networks of the size sweep: 1 to 4096 features in and out, batches of 1 to 256, chains of 20 layers, squares of
// 16x16 to 2048x2048. The mapping's test and the kernels' type check both walk it.
#pragma once

#include "../backends/networks.h"

#include <vector>

namespace tilewright::testing {

// In an order that mixes sizes, so that every n-th is a sample of all.
std::vector<NetworkSpec> size_sweep();

// "8 x 300 -> 129 -> 5"
std::string text_of(const NetworkSpec& spec);

} // namespace tilewright::testing
