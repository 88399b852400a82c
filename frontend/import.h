// From an ONNX or QONNX file to a graph of the IR that means the same. Quantizers become `quantize` and `dequantize`
// nodes, and everything stays in the model's own order and element types; making integers of it is the passes' work.
//
// Every problem of a model is reported in one run: a node that cannot be imported makes its outputs unknown, and nodes
// that read those are checked as far as that goes, without further messages about the same cause.
#pragma once

#include "frontend/importer.h"
#include "frontend/limits.h"
#include "frontend/model.h"
#include "ir/diagnostics.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// Symbolic dimensions take their size from `bindings` by name, else from `batch` if they share the name of the first
// symbolic dimension 0, else from `input_shapes`, else 1 with a note. Data that do not have the input's shape then are
// an error, unless they are several of it along the first axis.
struct ImportOptions {
  std::map<std::string, std::int64_t> bindings;
  std::optional<std::int64_t> batch;
  std::vector<Shape> input_shapes; // of the data, in the order of the graph's inputs; may be shorter, or empty
  bool require_quantizers = true;  // a float model is an error
  Limits limits;
};

// What `import_model` saw of the model, whether it succeeded or not.
struct ModelSummary {
  std::size_t nodes = 0;
  std::int64_t ir_version = 0;
  std::string producer;
  std::map<std::string, std::int64_t> opsets;
};

// The graph, or nothing and at least one error. `summary` may be nullptr.
std::optional<Graph> import_model(const std::filesystem::path& file, const OpRegistry& ops,
                                  const ImporterRegistry& importers, const ImportOptions& options,
                                  Diagnostics& diagnostics, ModelSummary* summary = nullptr);

// The same for a model that is in memory already.
std::optional<Graph> import_model(const Model& model, const OpRegistry& ops, const ImporterRegistry& importers,
                                  const ImportOptions& options, Diagnostics& diagnostics);

} // namespace tilewright
