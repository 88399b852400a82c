// Quantizers behind arithmetic whose numbers differ from position to position of an image: averages of which padding is
// no part, factors and addends that are images themselves.
#pragma once

#include "ir/affine_form.h"
#include "ir/fixed_point.h"
#include "ir/graph.h"
#include "ir/ops/requantize_positions.h"

#include <optional>

namespace tilewright {

struct PositionsOfQuantizer {
  RequantizePositionsAttributes attributes;
  Tensor sorts;        // of each position
  Deviation deviation; // nothing where the numbers are proven exact
};

// The quantizer `id` on top of `form`, whose lists lie along one axis between the first and the last, or along all of
// them. nullopt for other forms, and for more than 256 sorts of positions.
std::optional<PositionsOfQuantizer> positions_of(const Graph& graph, const AffineForm& form, NodeId id);

} // namespace tilewright
