// How many calls of its kernels a layer takes in an iteration: rows in pieces that fit the banks.
#pragma once

#include "backends/common/lowering.h"

#include <optional>

namespace tilewright {

// `tiling` with the fewest calls for which the buffers fit their banks. nullopt where there is none: `refusal` then
// says what was exceeded, or nothing where the rows can't be cut into that many parts.
std::optional<Tiling> in_pieces(const LoweringContext& context, const Lowering& lowering, Tiling tiling,
                                std::optional<Refusal>& refusal);

} // namespace tilewright
