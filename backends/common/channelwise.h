// Layers whose channels have nothing to do with each other: a slice of the channels to a tile, and no cascade.
#pragma once

#include "backends/common/lowering.h"

#include <vector>

namespace tilewright {

// Every way to cut `channels`, in whole blocks of shape.columns.
std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, const MmulShape& shape);
// The same for kernels that multiply no blocks: the target's first shape says how many rows a block has.
std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, int block_features);

} // namespace tilewright
