// One scale for tensors of several, where integers can carry it: 1/4 and 1/16 become 1/16, and every integer of the
// first is multiplied by 4. Signed and unsigned tensors become one type on the way.
#pragma once

#include "ir/op.h"
#include "ir/ops/rescale.h"

#include <span>
#include <variant>
#include <vector>

namespace tilewright {

// For each form the exact step of its source after which all mean multiples of one number, in one type of at most 16
// bits. Forms are per tensor, without bounds, and have a source and no addends. There is no such scale where one would
// take more bits, and where a form's zero point is no integer.
std::variant<std::vector<RescaleAttributes>, TraceResult> steps_to_common_scale(const Graph& graph,
                                                                                std::span<const AffineForm> forms);

} // namespace tilewright
