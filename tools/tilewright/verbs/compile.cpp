// tilewright compile: from a model to an AI Engine project in a folder.
#include "runtime/driver/compile_model.h"
#include "tools/tilewright/design_table.h"
#include "tools/tilewright/model_options.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

void add_compile_options(CLI::App& app, CommandLine& line) {
  add_model_option(app, line);
  add_mapping_options(app, line);
  add_project_output_options(app, line, true);
  add_data_option(app, line);
}

int run_compile_verb(VerbCall& call) {
  const auto choice = choose_target(call.line.target, call.line.device, call.context);
  if (!choice || !output_is_free(call)) return 0;
  const auto data = read_data_option(call);
  if (!data) return 0;
  call.terminal.progress("compiling");
  const ModelRequest request = model_request(call.line, *data);
  const auto compiled = compile_model(request, *choice, call.context);
  if (!compiled) return 0;
  const Graph& graph = compiled->model.graph;
  std::optional<DataSet> first;
  if (!data->empty()) first = parts_for(graph, data->front()).front();
  const DataSet* shown = first ? &*first : nullptr;
  const auto reference = run_reference(graph, shown, call.context.diagnostics);
  if (!reference) return 0;
  write_project(call, project_files(request, *compiled, *reference, shown));
  if (call.context.diagnostics.has_errors()) return 0;

  call.json["model"] = call.line.subject;
  call.json["output"] = call.line.output;
  call.json.update(json_of_design(graph, compiled->design, compiled->choice));
  if (!call.line.json) {
    fmt::print("{}\n{}\n", design_table(compiled->design), design_summary(graph, compiled->design, *choice));
    fmt::print("The project is in {}. Next: make -C {} hostsim check\n", call.line.output, call.line.output);
  }
  return 0;
}

} // namespace

void register_compile_verb(VerbRegistry& registry) {
  registry.add({.name = "compile",
                .summary = "Write the AI Engine project of a model to a folder",
                .examples = "Examples:\n"
                            "  tilewright compile model.onnx -o build/model\n"
                            "  tilewright compile model.onnx --target aie-mlv2 -o build/model --data test_data_set_0\n"
                            "  tilewright compile model.onnx --bind N=8 -o build/model --save-steps\n"
                            "The project's README.md says what each file is. The same input gives the same bytes.",
                .add_options = add_compile_options,
                .run = run_compile_verb});
}

} // namespace tilewright
