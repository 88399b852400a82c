// The order in which kernels that share a tile take turns.
//
// A core runs its kernels one after the other, in an order that follows the data, each as often as one graph iteration
// needs. With it, variables and modes that such kernels share do not depend on the host's scheduling.
#pragma once

#include <vector>

#include "network.hpp"

namespace tilewright::adf {

/// All kernels, producers before consumers and otherwise in the order of their creation. Empty if there is feedback:
/// no order is known to be free of deadlock then.
std::vector<int> firing_order(const Design& design, const Network& network);

} // namespace tilewright::adf
