// Every real value of a graph as an affine function of one integer tensor, or the reason why it is none.
#pragma once

#include "passes/pass.h"

#include <map>
#include <span>

namespace tilewright {

struct Traced {
  TraceResult result;
  std::optional<NodeId> blame; // the node at which the form was lost; absent: a graph input
  bool device = false;         // depends on integers that are not constant
  bool contraction = false;    // the form's source is a sum that was added for a real contraction
  bool landed = false;         // the source was clamped to the form's bounds, for a contraction that reads it
};

// In one sweep in topological order, through the ops' trace hooks. These add integer nodes, which stay unread, and so
// do constants; erase_dead_nodes removes what nobody takes up.
std::map<ValueId, Traced> trace_real_values(Graph& graph, const OpRegistry& ops);

// The model's nodes between the sources of a real value's form and the value: dequantizations are among them,
// contractions are not, nor is what lies behind a landed value. In topological order; a chain longer than any sensible
// model's is cut.
Origin origin_of(const Graph& graph, const std::map<ValueId, Traced>& values, std::span<const ValueId> reals);

// What a form of an operand says, also for constants and graph inputs, which `values` does not hold.
Traced traced_operand(const Graph& graph, const std::map<ValueId, Traced>& values, ValueId id);

} // namespace tilewright
