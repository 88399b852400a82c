// From a model's file to the files of an AI Engine project, in memory.
#pragma once

#include "backends/common/design.h"
#include "backends/common/emit.h"
#include "runtime/driver/data_set.h"
#include "runtime/driver/prepare_model.h"
#include "runtime/reference/executor.h"

#include <optional>
#include <string>

namespace tilewright {

struct CompiledModel {
  PreparedModel model;
  TargetChoice choice;
  Design design;
  Files files; // of the project, without data/ and build.json
};

// nullopt with diagnostics.
std::optional<CompiledModel> compile_model(const ModelRequest& request, const TargetChoice& choice,
                                           CompilerContext& context);

// The middle of it: from the integer graph to its Design, by the target's backend; nullopt with diagnostics.
std::optional<Design> map_model(const Graph& graph, const TargetChoice& choice, const MapOptions& options,
                                CompilerContext& context);

// Runs the reference executor on the data, or on `random_inputs` where `data` is nullptr, and keeps every value.
std::optional<ExecutionResult> run_reference(const Graph& graph, const DataSet* data, Diagnostics& diagnostics);

// Every file of the project: what was compiled, the data with their golden values, and build.json.
Files project_files(const ModelRequest& request, const CompiledModel& compiled, const ExecutionResult& reference,
                    const DataSet* data);

} // namespace tilewright
