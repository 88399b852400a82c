// tilewright check: whether a model can be compiled for a device, and every reason against it at once. Writes nothing.
#include "backends/common/layers.h"
#include "runtime/driver/compile_model.h"
#include "tools/tilewright/design_table.h"
#include "tools/tilewright/json_output.h"
#include "tools/tilewright/model_options.h"
#include "tools/tilewright/table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace tilewright {

namespace {

void add_check_options(CLI::App& app, CommandLine& line) {
  add_model_option(app, line);
  add_mapping_options(app, line);
  add_data_option(app, line);
}

struct Counts {
  std::size_t nodes = 0; // of the model
  std::size_t on_host = 0;
  std::size_t on_array = 0; // computed there, or folded into what is
};

// What the host computes, of a graph without a design too.
std::vector<NodeId> nodes_on_host(const Graph& graph, const std::optional<Design>& design, const MapOptions& mapping) {
  if (design) return host_nodes_of(*design);
  Diagnostics known; // mapping has reported them
  const std::optional<Partition> parts = partition(graph, known, mapping.allow_host_islands);
  std::vector<NodeId> nodes;
  if (!parts) return nodes;
  for (const auto* list : {&parts->host_before, &parts->host_between, &parts->host_after})
    nodes.insert(nodes.end(), list->begin(), list->end());
  return nodes;
}

// The model's nodes that these stand for.
std::set<std::string> origins_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::set<std::string> names;
  for (const NodeId id : nodes) {
    const auto& origin = graph.node(id).origin.nodes;
    names.insert(origin.begin(), origin.end());
  }
  return names;
}

std::string problem_table(const Diagnostics& diagnostics) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& problem : json_of_problems(diagnostics)) {
    const auto text = [&](const char* key) { return escaped(problem[key].get<std::string>()); };
    rows.push_back({text("node"), text("op"), text("tensor"), text("reason"), text("hint")});
  }
  return rows.empty() ? "" : markdown_table({"node", "op", "tensor", "problem", "what helps"}, rows) + "\n";
}

std::set<std::string> problem_nodes(const Diagnostics& diagnostics) {
  std::set<std::string> nodes;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == Severity::error && !diagnostic.node.empty()) nodes.insert(diagnostic.node);
  }
  return nodes;
}

int run_check_verb(VerbCall& call) {
  Diagnostics& diagnostics = call.context.diagnostics;
  const auto choice = choose_target(call.line.target, call.line.device, call.context);
  if (!choice) return 0;
  const auto data = read_data_option(call);
  if (!data) return 0;
  ModelSummary summary;
  const auto model = prepare_model(model_request(call.line, *data), call.context, &summary);
  std::optional<Design> design;
  if (model) design = map_model(model->graph, *choice, call.line.mapping, call.context);

  const bool supported = design && !diagnostics.has_errors();
  Counts counts{summary.nodes, 0, 0};
  std::vector<NodeId> on_host;
  if (model) on_host = nodes_on_host(model->graph, design, call.line.mapping);
  if (model) counts.on_host = origins_of(model->graph, on_host).size();
  counts.on_host = std::min(counts.on_host, counts.nodes);
  counts.on_array = counts.nodes - counts.on_host;
  if (!supported) counts.on_array -= std::min(counts.on_array, problem_nodes(diagnostics).size());

  call.json["model"] = call.line.subject;
  call.json["target"] = choice->target->name;
  call.json["supported"] = supported;
  call.json["nodes"] = counts.nodes;
  call.json["problems"] = json_of_problems(diagnostics);
  call.json["host_nodes"] =
      model ? json_of_host_nodes(host_nodes(model->graph, on_host)) : nlohmann::ordered_json::array();
  if (call.line.json) return 0;
  call.terminal.show_notes(diagnostics);
  fmt::print("{}", problem_table(diagnostics));
  if (supported) fmt::print("{}\n", design_summary(model->graph, *design, *choice));
  if (!supported) fmt::print("Not supported on {}. ", choice->device->name);
  fmt::print("{} of {} nodes on the AI Engine, {} on the host\n", counts.on_array, counts.nodes, counts.on_host);
  return 0;
}

} // namespace

void register_check_verb(VerbRegistry& registry) {
  registry.add({.name = "check",
                .summary = "Say whether a model compiles, and every problem at once; writes nothing",
                .examples = "Examples:\n"
                            "  tilewright check model.onnx\n"
                            "  tilewright check model.onnx --target aie-mlv2 --json\n"
                            "Exit code 3: something in the model is not supported; 4: it does not fit the device.",
                .add_options = add_check_options,
                .run = run_check_verb});
}

} // namespace tilewright
