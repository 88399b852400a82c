// Windows over large images, such as global poolings of early layers, become windows over windows:
//
//   sum_pool over 112 x 112 becomes sum_pool over 8 x 8, then sum_pool over 14 x 14
//
// What is summed or chosen first is read band by band; the few numbers that are left fit one call. Sums in between have
// 16 bits, so they have to fit them; nothing rounds. Windows that overlap, have padding or leave elements out stay.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_split_windows(PassRegistry& registry);

} // namespace tilewright
