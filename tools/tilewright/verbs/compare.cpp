// tilewright compare: a model's tensors against stored ones, to find the first that differs.
#include "runtime/driver/compare_tensors.h"
#include "tools/tilewright/model_options.h"
#include "tools/tilewright/table.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

void add_compare_options(CLI::App& app, CommandLine& line) {
  add_model_option(app, line);
  add_data_option(app, line);
  add_text_option(app,
                  {"--dump", "DIR", "Folder with <tensor>.npy or .pb of inner tensors, as another tool wrote them"},
                  line.dump);
}

std::string_view unit_name(OutputUnit::Kind kind) { return kind == OutputUnit::Kind::real ? "1e-5" : "LSB"; }

nlohmann::ordered_json json_of(const TensorComparison& tensor) {
  return {{"name", tensor.name},
          {"node", tensor.node},
          {"op", tensor.op},
          {"elements", tensor.elements},
          {"mismatches", tensor.difference.mismatches},
          {"max_abs_diff_lsb", tensor.difference.largest},
          {"mean_abs_diff_lsb", tensor.difference.mean}};
}

void report_first(const TensorComparison& tensor, Diagnostics& diagnostics) {
  diagnostics.add({.kind = ProblemKind::numbers,
                   .code = "compare.tensor",
                   .node = tensor.node,
                   .op = tensor.op,
                   .tensor = tensor.name,
                   .reason = fmt::format("the first tensor that differs: {} of {} elements, by up to {:.3g} {}",
                                         tensor.difference.mismatches, tensor.elements, tensor.difference.largest,
                                         tensor.unit == OutputUnit::Kind::real ? "times the tolerance" : "LSB")});
}

int run_compare_verb(VerbCall& call) {
  Diagnostics& diagnostics = call.context.diagnostics;
  const auto sets = read_data_option(call);
  if (!sets) return 0;
  if (sets->size() != 1) {
    diagnostics.add(
        {.kind = ProblemKind::usage, .code = "usage.data", .reason = "one --data folder with the inputs is needed"});
    return 0;
  }
  StoredTensors stored;
  if (!call.line.dump.empty()) {
    auto read = read_stored_tensors(call.line.dump, diagnostics);
    if (!read) return 0;
    stored = *std::move(read);
  }
  ModelRequest request = model_request(call.line, *sets);
  request.keep_imported = true;
  const auto model = prepare_model(request, call.context);
  if (!model) return 0;
  const auto report = compare_tensors(*model, sets->front(), stored, diagnostics);
  if (!report) return 0;
  if (report->tensors.empty() && !diagnostics.has_errors()) {
    diagnostics.add({.kind = ProblemKind::usage,
                     .code = "compare.nothing",
                     .reason = "there is nothing to compare with: no stored tensor has the name of one of the model's",
                     .hint = "name the files <tensor>.npy, or add output_0.pb to the data"});
  }

  const auto first = std::ranges::find_if(report->tensors, [](const TensorComparison& t) { return !t.tolerated; });
  if (first != report->tensors.end()) report_first(*first, diagnostics);
  call.json["model"] = call.line.subject;
  call.json["status"] = diagnostics.has_errors() ? "fail" : "pass";
  call.json["first_difference"] = nullptr;
  if (first != report->tensors.end()) call.json["first_difference"] = first->name;
  call.json["tensors"] = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows;
  for (const TensorComparison& tensor : report->tensors) {
    call.json["tensors"].push_back(json_of(tensor));
    rows.push_back({escaped(tensor.name), escaped(tensor.node), fmt::format("{}", tensor.elements),
                    fmt::format("{}", tensor.difference.mismatches), fmt::format("{:.3g}", tensor.difference.largest),
                    fmt::format("{:.3g}", tensor.difference.mean), std::string(unit_name(tensor.unit))});
  }
  call.json["unknown_files"] = report->unknown;
  if (call.line.json) return 0;
  fmt::print("{}",
             markdown_table({"tensor", "node", "elements", "differing", "largest difference", "mean", "in"}, rows));
  for (const std::string& stem : report->unknown)
    fmt::print("no tensor of the model is named like the file '{}'\n", escaped(stem));
  return 0;
}

} // namespace

void register_compare_verb(VerbRegistry& registry) {
  registry.add({.name = "compare",
                .summary = "Compare a model's tensors with stored ones, and name the first that differs",
                .examples =
                    "Examples:\n"
                    "  tilewright compare model.onnx --data test_data_set_0\n"
                    "  tilewright compare model.onnx --data test_data_set_0 --dump their_tensors\n"
                    "Files of --dump are named after tensors; characters that file names can't have are '_'.\n"
                    "Single elements one LSB apart are tolerated: other tools round in float32. Exit code 5 otherwise.",
                .add_options = add_compare_options,
                .run = run_compare_verb});
}

} // namespace tilewright
