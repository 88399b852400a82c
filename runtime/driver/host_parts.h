// What the host computes, as ONNX files that any runtime can load: host/before.onnx, host/island_<n>.onnx and
// host/after.onnx. Their inputs and outputs carry the names of the model's tensors.
#pragma once

#include "backends/common/design.h"
#include "backends/common/emit.h"
#include "frontend/export.h"

#include <vector>

namespace tilewright {

struct HostPart {
  std::string file; // in the project
  GraphPart part;
};

// The host's nodes by the time at which they can run: in front of all layers, behind the layers that only wait for
// those, and so on; what nothing on the array waits for comes last, as a whole.
std::vector<HostPart> host_parts(const Graph& graph, const Design& design);

// The files; a part that has no ONNX form is left out with a warning.
Files host_files(const Graph& graph, const Design& design, const ExporterRegistry& exporters, Diagnostics& diagnostics);

} // namespace tilewright
