// Functions of one wide integer tensor between quantizers, such as accumulators: constant but for a few hundred steps.
#pragma once

#include "ir/ops/requantize.h"
#include "ir/ops/step_table.h"
#include "passes/pass_function.h"

#include <variant>

namespace tilewright {

// requantize, which puts all channels' integers on one axis, and step_table behind it.
struct StepsOfQuantizer {
  ValueId source;
  RequantizeAttributes axis;
  StepTableAttributes steps;
  Tensor edges;
  Tensor levels;
};

// What the quantizer `id` computes from the integers of up to 32 bits in front of it, in exact arithmetic: the real
// axis is halved until the operators' enclosures (ir/enclosure.h) show where the quantized function is constant, and
// what lies at a step is computed exactly for each integer there (ir/common_steps.h).
//
// There is none, with the reason, where the function differs from channel to channel by more than the integers' scales
// and offsets, where several tensors are read, or where steps are closer than the finest buckets.
std::variant<StepsOfQuantizer, TraceResult> steps_of(const Graph& graph, const RealFunction& function, NodeId id);

} // namespace tilewright
