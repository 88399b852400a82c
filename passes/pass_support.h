// What several passes need.
#pragma once

#include "ir/diagnostics.h"
#include "ir/fixed_point.h"
#include "ir/graph.h"

namespace tilewright {

// Computes the types of all results anew. A type that an op now refuses is an internal error: the pass that calls this
// has made it so.
void update_types(Graph& graph, Diagnostics& diagnostics);

// Erases every node that no graph output depends on; how many there were.
std::size_t erase_dead_nodes(Graph& graph);

// Adds a node that its op is known to accept; its one result.
ValueId added_result(Graph& graph, const OpDefinition& op, Attributes attributes, std::vector<ValueId> operands,
                     const Origin& origin, NodeId before, std::string name);

// An error about a node of the model: names, op and first result are filled in.
Diagnostic problem_at(const Graph& graph, NodeId node, std::string code, std::string reason, std::string hint = {});

// A note that numbers chosen for the node are not exact.
void report_inexact(const Graph& graph, NodeId id, const Deviation& deviation, Diagnostics& diagnostics);

// What the producer of a sum knows about each index of the last axis. Nothing where it knows no more than the type.
std::vector<IntegerRange> channel_ranges_of(const Graph& graph, ValueId value);

bool is_real(const ValueType& type); // f32 or f64

} // namespace tilewright
