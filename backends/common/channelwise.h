// Layers whose channels have nothing to do with each other: a slice of the channels to a tile, and no cascade.
#pragma once

#include "backends/common/lowering.h"
#include "backends/common/requantization.h"

#include <vector>

namespace tilewright {

// Which rows of an image a tile may have.
enum class RowsOfTiles {
  all, // what the kernel computes depends on where a row lies
  any, // bands may go to several tiles
};

// Every way to cut `channels`, in whole blocks of shape.columns, and the rows of images.
std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, const MmulShape& shape,
                                        RowsOfTiles rows = RowsOfTiles::all);
// The same for kernels that multiply no blocks: the target's first shape says how many rows a block has.
std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, int block_features,
                                        RowsOfTiles rows = RowsOfTiles::all);

// The first channel of a tile's slice.
std::int64_t first_channel(const Tiling& tiling, int tile);

// The requantization's tables as the parameter `argument` of the group's kernels, each with its own slice of the
// channels, and how long each is. An array of length zero is no array: without a table, a block of zeros stands in its
// place.
std::int64_t channelwise_table_length(const RequantizationPlan& plan, const Tiling& tiling);
void add_channelwise_tables(KernelGroup& group, const RequantizationPlan& plan, const Tiling& tiling, int argument);

} // namespace tilewright
