// The order in which the model's nodes can be imported.
#pragma once

#include "frontend/model.h"
#include "ir/diagnostics.h"

#include <vector>

namespace tilewright {

// Indices of all nodes such that each comes after the nodes whose outputs it reads; the model's own order wherever that
// is possible. Nodes of a cycle are reported, once a cycle, and come last together with what depends on them.
// A tensor that two nodes produce counts as the first one's; reporting it is the importer's business.
std::vector<std::size_t> order_of_nodes(const Model& model, Diagnostics& diagnostics);

} // namespace tilewright
