// `dense` and `conv` on real numbers as functions of one integer accumulator.
#pragma once

#include "ir/op.h"

namespace tilewright {

// Adds the integer twin in front of the node. Zero points of input and weights and the bias become the form's
// offset, exactly; the weights are stored without their zero point in the narrowest element type.
TraceResult trace_dense(const TraceContext& context);

// The same for `conv`, whose padding becomes the input's zero point.
TraceResult trace_conv(const TraceContext& context);

} // namespace tilewright
