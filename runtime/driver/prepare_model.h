// The first half of the way: from a model's file to the integer graph that everything else reads.
#pragma once

#include "backends/common/map_options.h"
#include "frontend/import.h"
#include "passes/pass_manager.h"
#include "runtime/driver/context.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

struct ModelRequest {
  std::filesystem::path file;
  std::map<std::string, std::int64_t> bindings; // symbolic dimensions
  std::optional<std::int64_t> batch;
  std::vector<Shape> data_shapes; // of the data that the model will run on; may be empty
  bool save_steps = false;
  bool keep_imported = false;
  MapOptions mapping;
};

struct PreparedModel {
  Graph graph;
  ModelSummary summary;
  std::vector<PassRun> passes;
  // With `save_steps`: steps/00_import.txt, then one file for every pass that changed the graph. Large constants are in
  // steps/constants/<hash>.npy, each once.
  std::map<std::string, std::string> steps;
  std::optional<Graph> imported; // with `keep_imported`: the graph in front of the passes, with every tensor of the model
};

// nullopt with diagnostics. A mistake of ours in a pass names the pass and a file that reproduces it. `summary`, when
// given, is filled also for a model that can't be imported.
std::optional<PreparedModel> prepare_model(const ModelRequest& request, CompilerContext& context,
                                           ModelSummary* summary = nullptr);

} // namespace tilewright
