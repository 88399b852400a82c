// Which top-level graph an object belongs to, in programs with several.
//
// C++ does not tell a base class how large the object around it is, so ownership follows from the order of creation: an
// object belongs to the last top-level graph that began before it. A graph is top-level if the program controls it
// (init, run, end), or if no connection crosses the moment at which its construction began.
#pragma once

#include <vector>

#include "design.hpp"

namespace tilewright::adf {

/// First port of every top-level graph, ascending. Never empty: without graphs there is one that begins at 0.
std::vector<int> top_level_starts(const Design& design);

/// Index into `starts` of the graph that owns a port.
int owner_of_port(const std::vector<int>& starts, int port);

/// Port at which the graph object of that number begins.
int first_port_of(const Design& design, int graph);

} // namespace tilewright::adf
