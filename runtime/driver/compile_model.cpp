#include "runtime/driver/compile_model.h"

#include "backends/common/project_data.h"
#include "runtime/driver/build_record.h"
#include "runtime/driver/host_parts.h"
#include "runtime/driver/random_inputs.h"

namespace tilewright {

std::optional<CompiledModel> compile_model(const ModelRequest& request, const TargetChoice& choice,
                                           CompilerContext& context) {
  std::optional<PreparedModel> model = prepare_model(request, context);
  if (!model) return std::nullopt;
  std::optional<Design> design = map_model(model->graph, choice, request.mapping, context);
  if (!design) return std::nullopt;
  Files files = choice.backend->emit({model->graph, *design, *choice.target, *choice.device, context.kernels});
  files.insert(model->steps.begin(), model->steps.end());
  files.merge(host_files(model->graph, *design, context.exporters, context.diagnostics));
  return CompiledModel{*std::move(model), choice, *std::move(design), std::move(files)};
}

std::optional<Design> map_model(const Graph& graph, const TargetChoice& choice, const MapOptions& options,
                                CompilerContext& context) {
  return choice.backend->map({graph, *choice.target, *choice.device, context.lowerings, options, context.diagnostics});
}

std::optional<ExecutionResult> run_reference(const Graph& graph, const DataSet* data, Diagnostics& diagnostics) {
  const std::vector<Tensor> inputs = data != nullptr ? data->inputs : random_inputs(graph);
  ExecutionResult result = execute(graph, inputs, diagnostics, {.keep_values = true});
  if (!result.succeeded) return std::nullopt;
  return result;
}

Files project_files(const ModelRequest& request, const CompiledModel& compiled, const ExecutionResult& reference,
                    const DataSet* data) {
  Files files = compiled.files;
  const auto value = [&](ValueId id) -> const Tensor& { return reference.values.at(id); };
  files.merge(project_data(compiled.design, *compiled.choice.target, value));
  files["build.json"] = build_record(request, compiled, data != nullptr, files);
  return files;
}

} // namespace tilewright
