// tilewright verify: compile a model, run the emitted project in the emulator, and compare every layer with the
// reference.
#include "runtime/driver/verify_model.h"
#include "tools/tilewright/design_table.h"
#include "tools/tilewright/model_options.h"
#include "tools/tilewright/table.h"

#include <chrono>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void add_verify_options(CLI::App& app, CommandLine& line) {
  add_model_option(app, line);
  add_mapping_options(app, line);
  add_data_option(app, line);
  add_project_output_options(app, line, false);
}

nlohmann::ordered_json json_of_outputs(const VerifyReport& report) {
  nlohmann::ordered_json outputs = nlohmann::ordered_json::array();
  for (const OutputReport& output : report.outputs) {
    nlohmann::ordered_json entry = {{"name", output.name},
                                    {"shape", output.shape},
                                    {"elements", output.elements},
                                    {"emulator_mismatches", output.emulator_mismatches},
                                    {"expected_mismatches", nullptr},
                                    {"max_abs_diff_lsb", nullptr}};
    if (output.expected_mismatches) {
      entry["expected_mismatches"] = *output.expected_mismatches;
      entry["max_abs_diff_lsb"] = output.max_difference;
    }
    outputs.push_back(std::move(entry));
  }
  return outputs;
}

void print_report(const VerifyReport& report, const CompiledModel& compiled, const CommandLine& line, bool passed) {
  std::vector<std::vector<std::string>> rows;
  for (const OutputReport& output : report.outputs) {
    rows.push_back({escaped(output.name), text_of(output.shape), fmt::format("{}", output.elements),
                    fmt::format("{}", output.emulator_mismatches),
                    output.expected_mismatches ? fmt::format("{}", *output.expected_mismatches) : "not given",
                    output.expected_mismatches ? fmt::format("{:.3g}", output.max_difference) : ""});
  }
  fmt::print("{}\n", markdown_table({"output", "shape", "elements", "emulator against reference",
                                     "reference against expected", "by at most (LSB)"},
                                    rows));
  fmt::print("{}\n", design_summary(compiled.model.graph, compiled.design, compiled.choice));
  if (passed) {
    fmt::print("bit-exact: {} values at {} layer boundaries, emulator against reference\n", report.values_compared,
               report.tensors_compared);
  } else {
    fmt::print("NOT verified: see the messages\n");
  }
  if (!line.output.empty()) fmt::print("The project is in {}\n", line.output);
}

int run_verify_verb(VerbCall& call) {
  Diagnostics& diagnostics = call.context.diagnostics;
  const auto choice = choose_target(call.line.target, call.line.device, call.context);
  if (!choice || !output_is_free(call)) return 0;
  const auto folders = read_data_option(call);
  if (!folders) return 0;

  call.terminal.progress("compiling");
  const auto begin = Clock::now();
  const ModelRequest request = model_request(call.line, *folders);
  const auto compiled = compile_model(request, *choice, call.context);
  if (!compiled) return 0;
  const double compile_seconds = seconds_since(begin);

  std::vector<DataSet> data;
  for (const DataSet& folder : *folders) {
    for (DataSet& part : parts_for(compiled->model.graph, folder))
      data.push_back(std::move(part));
  }
  const DataSet* first = data.empty() ? nullptr : &data.front();
  const auto reference = run_reference(compiled->model.graph, first, diagnostics);
  if (!reference) return 0;
  const VerifyOptions options{own_installation(), default_cache(), call.line.jobs,
                              [&](std::string_view step) { call.terminal.progress(step); }};
  const auto report = verify_model(*compiled, data, *reference, options, diagnostics);
  if (!report) return 0;
  const bool passed = !diagnostics.has_errors();
  if (!call.line.output.empty()) write_project(call, project_files(request, *compiled, *reference, first));

  call.json["model"] = call.line.subject;
  call.json["target"] = choice->target->name;
  call.json["device"] = choice->device->name;
  call.json["status"] = passed ? "pass" : "fail";
  call.json["outputs"] = json_of_outputs(*report);
  call.json["tensors_compared"] = report->tensors_compared;
  call.json["tiles"] = tile_count(compiled->design);
  call.json["seconds"] = {
      {"compile", compile_seconds}, {"build", report->build_seconds}, {"simulate", report->simulate_seconds}};
  if (!call.line.json) {
    call.terminal.show(diagnostics);
    print_report(*report, *compiled, call.line, passed);
  }
  return 0;
}

} // namespace

void register_verify_verb(VerbRegistry& registry) {
  registry.add({.name = "verify",
                .summary = "Compile a model, run the emitted project in the emulator, compare it bit for bit",
                .examples =
                    "Examples:\n"
                    "  tilewright verify model.onnx\n"
                    "  tilewright verify model.onnx --data test_data_set_0 --data test_data_set_1\n"
                    "  tilewright verify model.onnx --target aie-mlv2 --data test_data_set_0 -o build/model\n"
                    "Every layer's result in the emulator is compared with the reference executor; outputs also with\n"
                    "the expected ones of --data. Without --data, inputs are drawn with a fixed seed.\n"
                    "Exit code 5 when numbers differ.",
                .add_options = add_verify_options,
                .run = run_verify_verb});
}

} // namespace tilewright
