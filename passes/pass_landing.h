// Sums of products that leave the integers without a quantizer: logits, and what host work follows.
#pragma once

#include "passes/pass_tracer.h"

namespace tilewright {

// Replaces every live value of `values` that is an unbounded function of a sum by a dequantization of that sum, the
// last such value of each chain. What an integer zero point cannot express of its offset, less than one unit of the
// sum, is added in float behind it.
void land_contractions(Graph& graph, const OpRegistry& ops, const std::map<ValueId, Traced>& values);

} // namespace tilewright
