// `dense` on real numbers as a function of one integer accumulator.
#pragma once

#include "ir/op.h"

namespace tilewright {

// Adds the integer `dense` in front of the node. Zero points of input and weights and the bias become the form's
// offset, exactly; the weights are stored without their zero point in the narrowest element type.
TraceResult trace_dense(const TraceContext& context);

} // namespace tilewright
