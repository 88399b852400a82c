// tilewright run: a model's outputs, computed by the reference executor.
#include "frontend/tensor_file.h"
#include "runtime/driver/compile_model.h"
#include "tools/tilewright/model_options.h"

#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t most_printed_values = 64;

void add_run_options(CLI::App& app, CommandLine& line) {
  add_model_option(app, line);
  add_data_option(app, line);
  add_list_option(app,
                  {"--input", "FILE", "Tensor file (.pb or .npy) of an input, in the order of the graph; repeatable"},
                  line.inputs, true);
  add_text_option(app, {"-o,--output", "DIR", "Folder to write output_0 ... to; the kind of file is the inputs'"},
                  line.output);
}

std::optional<DataSet> read_requested(VerbCall& call) {
  const CommandLine& line = call.line;
  if (line.data.size() + (line.inputs.empty() ? 0 : 1) != 1) {
    call.context.diagnostics.add(
        {.kind = ProblemKind::usage,
         .code = "usage.data",
         .reason = "the inputs have to be given once: as one --data folder or as --input files"});
    return std::nullopt;
  }
  if (!line.inputs.empty()) return read_inputs(line.inputs, call.context.diagnostics);
  return read_data_set(line.data.front(), call.context.diagnostics);
}

bool inputs_are_npy(const CommandLine& line) {
  if (!line.inputs.empty()) return fs::path(line.inputs.front()).extension() == ".npy";
  return fs::exists(fs::path(line.data.front()) / "input_0.npy");
}

nlohmann::ordered_json json_of_values(const Tensor& tensor) {
  if (is_integer(tensor.element())) return to_int64(tensor);
  return to_double(tensor);
}

std::string text_of_values(const Tensor& tensor) {
  std::string text;
  const std::vector<double> values = to_double(tensor);
  const std::int64_t shown = std::min(tensor.count(), most_printed_values);
  for (std::int64_t i = 0; i < shown; ++i) {
    text += fmt::format("{}{:g}", i == 0 ? "" : " ", values[static_cast<std::size_t>(i)]);
  }
  if (shown < tensor.count()) text += fmt::format(" ... ({} more; -o DIR writes them all)", tensor.count() - shown);
  return text;
}

int run_run_verb(VerbCall& call) {
  Diagnostics& diagnostics = call.context.diagnostics;
  const auto data = read_requested(call);
  if (!data) return 0;
  const auto model = prepare_model(model_request(call.line, {*data}), call.context);
  if (!model) return 0;
  const ExecutionResult result = execute(model->graph, data->inputs, diagnostics);
  if (!result.succeeded) return 0;

  call.json["model"] = call.line.subject;
  call.json["outputs"] = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < result.outputs.size(); ++i) {
    const std::string& name = model->graph.outputs()[i].name;
    const Tensor& tensor = result.outputs[i];
    nlohmann::ordered_json entry = {{"name", name}, {"type", name_of(tensor.element())}, {"shape", tensor.shape()}};
    if (!call.line.output.empty()) {
      const fs::path file =
          fs::path(call.line.output) / fmt::format("output_{}.{}", i, inputs_are_npy(call.line) ? "npy" : "pb");
      std::error_code ignored;
      fs::create_directories(file.parent_path(), ignored);
      if (!write_tensor_file(file, tensor, name, diagnostics)) return 0;
      entry["file"] = file.string();
      if (!call.line.json)
        fmt::print("{} {}[{}] -> {}\n", escaped(name), name_of(tensor.element()), text_of(tensor.shape()),
                   file.string());
    } else {
      entry["values"] = json_of_values(tensor);
      if (!call.line.json)
        fmt::print("{} {}[{}]\n{}\n", escaped(name), name_of(tensor.element()), text_of(tensor.shape()),
                   text_of_values(tensor));
    }
    call.json["outputs"].push_back(std::move(entry));
  }
  return 0;
}

} // namespace

void register_run_verb(VerbRegistry& registry) {
  registry.add({.name = "run",
                .summary = "Compute a model's outputs with the bit-exact reference executor",
                .examples = "Examples:\n"
                            "  tilewright run model.onnx --data test_data_set_0\n"
                            "  tilewright run model.onnx --input x.npy -o results",
                .add_options = add_run_options,
                .run = run_run_verb});
}

} // namespace tilewright
