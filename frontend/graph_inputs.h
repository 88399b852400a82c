// The graph's inputs with all dimensions known.
#pragma once

#include "frontend/import.h"
#include "frontend/import_state.h"

namespace tilewright {

// Defines every input of the model that is no initializer. Binding dimensions works as ImportOptions says; what does
// not go together is reported, and such an input is unknown.
void import_graph_inputs(const Model& model, const ImportOptions& options, ImportState& state);

} // namespace tilewright
