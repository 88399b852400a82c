// The parts of a graph that run on the host, from given values: what the emitted project's host program has to do too.
#pragma once

#include "ir/graph.h"

#include <map>
#include <span>

namespace tilewright {

using Values = std::map<ValueId, Tensor>;

// Computes `nodes`, in order, and adds their results to `values`. Every operand is a constant or in `values`.
void evaluate_nodes(const Graph& graph, std::span<const NodeId> nodes, Values& values);

// The value's tensor: its constant, or the entry of `values`.
const Tensor& tensor_of(const Graph& graph, const Values& values, ValueId id);

} // namespace tilewright
