// The rules that every graph keeps at every phase edge. A violation is a mistake of ours, so each has the kind
// `internal`, the code "ir.<rule>" and the node or value concerned.
//
// Rules: topological-order, single-producer, operand-id, operand-count, attribute-type, result-type (equal to what the
// op computes), shape, quantization (entries agree with the axis, no scale is zero), range (within storage), constant
// (data within the range and of the type), origin (not empty), input, output (present, unique names).
#pragma once

#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <vector>

namespace tilewright {

// Every violation, in the order of the graph; empty when all is well.
std::vector<Diagnostic> verify(const Graph& graph);

// What is wrong with a type by itself; `hint` is the rule: "shape", "quantization" or "range".
std::vector<OpError> check_type(const ValueType& type);

} // namespace tilewright
