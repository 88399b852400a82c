// From a part of a graph to an ONNX model that computes the same.
#pragma once

#include "frontend/exporter.h"
#include "ir/diagnostics.h"

#include <optional>

namespace tilewright {

struct NamedValue {
  std::string name;
  ValueId value;
};

struct GraphPart {
  std::string name;               // of the ONNX graph
  std::vector<NodeId> nodes;      // in topological order
  std::vector<NamedValue> inputs; // everything that the nodes read, but constants and each other's results
  std::vector<NamedValue> outputs;
};

// Opset 17 and IR version 8, which ONNX 1.12 reads, unless an operator is newer. nullopt with a warning for every op
// that has no ONNX form (export.no-form). Names are made unique by a number behind them.
std::optional<Model> export_part(const Graph& graph, const GraphPart& part, const ExporterRegistry& exporters,
                                 Diagnostics& diagnostics);

// The model as the bytes of an .onnx file; the same model gives the same bytes.
std::string onnx_bytes_of(const Model& model);

} // namespace tilewright
