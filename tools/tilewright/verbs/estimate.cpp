// tilewright estimate: how many cycles a project takes, by the slot model: of a compiled project, or of a model as it
// would be compiled. Reads design.json and nothing else.
#include "runtime/estimate/estimate.h"
#include "runtime/driver/compile_model.h"
#include "runtime/driver/files.h"
#include "runtime/estimate/design_file.h"
#include "tools/tilewright/model_options.h"
#include "tools/tilewright/table.h"
#include "tools/tilewright/verb.h"

#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

void add_estimate_options(CLI::App& app, CommandLine& line) {
  add_required_option(app, {"MODEL|DIR", "", "The model, or a compiled project's folder"}, line.subject);
  add_mapping_options(app, line);
}

double nanoseconds(std::int64_t cycles, const Estimate& estimate) {
  return static_cast<double>(cycles) / estimate.clock_ghz;
}

// Beyond this many digits an estimate only pretends.
double rounded(double value) { return std::round(value * 1e4) / 1e4; }

nlohmann::ordered_json json_of(const LayerEstimate& layer) {
  const KernelCycles& kernel = layer.kernel;
  const Instructions& issued = kernel.issued;
  return {{"name", layer.name},
          {"op", layer.op},
          {"tiles", layer.tiles},
          {"cycles", layer.cycles},
          {"bound", layer.bound},
          {"call",
           {{"cycles", kernel.total},
            {"overhead", kernel.call},
            {"straight", kernel.straight},
            {"ramps", kernel.ramp},
            {"loops", kernel.steady},
            {"input_stream", layer.input_cycles},
            {"output_stream", layer.output_cycles}}},
          {"instructions",
           {{"load", issued.loads},
            {"store", issued.stores},
            {"multiply", issued.multiplies},
            {"vector_alu", issued.vector_alu},
            {"shift_round_saturate", issued.narrowings},
            {"shuffle", issued.shuffles},
            {"cascade_read", issued.cascade_reads},
            {"cascade_write", issued.cascade_writes}}}};
}

void fill_json(const Estimate& estimate, nlohmann::ordered_json& json) {
  json["estimate"] = true;
  json["clock_ghz"] = estimate.clock_ghz;
  json["first_output_cycles"] = estimate.first_output_cycles;
  json["interval_cycles"] = estimate.interval_cycles;
  json["first_output_ns"] = rounded(nanoseconds(estimate.first_output_cycles, estimate));
  json["interval_ns"] = rounded(nanoseconds(estimate.interval_cycles, estimate));
  json["throughput_inferences_per_s"] =
      std::round(1e9 / nanoseconds(std::max<std::int64_t>(1, estimate.interval_cycles), estimate));
  json["macs_per_inference"] = estimate.multiply_accumulates;
  json["tops"] = rounded(estimate.tops);
  json["peak_fraction"] = rounded(estimate.peak_fraction);
  json["tiles_peak_fraction"] = rounded(estimate.tiles_peak_fraction);
  json["tiles"] = estimate.tiles;
  json["memory_tiles"] = estimate.memory_tiles;
  json["bound"] = estimate.bound;
  json["layers"] = nlohmann::ordered_json::array();
  for (const LayerEstimate& layer : estimate.layers)
    json["layers"].push_back(json_of(layer));
}

void print(const Estimate& estimate, const Device& device) {
  fmt::print("An estimate for {} at {:g} GHz, not a measurement.\n\n", device.name, estimate.clock_ghz);
  std::vector<std::vector<std::string>> rows;
  for (const LayerEstimate& layer : estimate.layers) {
    rows.push_back({escaped(layer.name), layer.op, fmt::format("{}", layer.tiles), fmt::format("{}", layer.cycles),
                    layer.bound, fmt::format("{}", layer.kernel.total), fmt::format("{}", layer.kernel.ramp),
                    fmt::format("{}", layer.kernel.call), fmt::format("{}", layer.input_cycles),
                    fmt::format("{}", layer.output_cycles)});
  }
  fmt::print("{}\n", markdown_table({"layer", "op", "tiles", "cycles", "bound by", "a call", "ramps", "overhead",
                                     "stream in", "stream out"},
                                    rows));
  fmt::print("first output {} cycles ({:.1f} ns), then one inference every {} cycles ({:.1f} ns), set by {}\n",
             estimate.first_output_cycles, nanoseconds(estimate.first_output_cycles, estimate),
             estimate.interval_cycles, nanoseconds(estimate.interval_cycles, estimate), estimate.bound);
  fmt::print("{} tiles, {} memory tiles, {:.3f} TOPS: {:.1f} % of the device's int8 peak, {:.1f} % of these tiles'\n",
             estimate.tiles, estimate.memory_tiles, estimate.tops, 100 * estimate.peak_fraction,
             100 * estimate.tiles_peak_fraction);
}

// The text of design.json: of a project, or of the model as it would be compiled.
std::optional<std::string> design_text(VerbCall& call) {
  if (std::filesystem::is_directory(call.line.subject)) {
    std::optional<std::string> text = read_file(std::filesystem::path(call.line.subject) / "design.json");
    if (!text) {
      call.context.diagnostics.add({.kind = ProblemKind::usage,
                                    .code = "usage.project",
                                    .node = call.line.subject,
                                    .reason = "there is no design.json in this folder",
                                    .hint = "give a model, or the folder that `tilewright compile` wrote"});
    }
    return text;
  }
  const auto choice = choose_target(call.line.target, call.line.device, call.context);
  if (!choice) return std::nullopt;
  call.terminal.progress("compiling");
  const auto compiled = compile_model(model_request(call.line, {}), *choice, call.context);
  if (!compiled) return std::nullopt;
  return compiled->files.at("design.json");
}

int run_estimate_verb(VerbCall& call) {
  const std::optional<std::string> text = design_text(call);
  if (!text) return 0;
  const std::optional<Design> design = read_design(*text, call.context.diagnostics);
  if (!design) return 0;
  const std::optional<TargetChoice> choice = choose_target(design->target, design->device, call.context);
  if (!choice) return 0;
  if (choice->target->timing.load_ports == 0) {
    call.context.diagnostics.add(
        {.kind = ProblemKind::usage,
         .code = "usage.estimate",
         .reason = fmt::format("the target '{}' has no record of its timing, so there is no estimate",
                               choice->target->name)});
    return 0;
  }
  const Estimate result = estimate(*design, *choice->target, *choice->device);
  fill_json(result, call.json);
  if (!call.line.json) print(result, *choice->device);
  return 0;
}

} // namespace

void register_estimate_verb(VerbRegistry& registry) {
  registry.add({.name = "estimate",
                .summary = "Estimate cycles, interval and first output of a model or a compiled project",
                .examples = "Examples:\n"
                            "  tilewright estimate model.onnx --optimize throughput\n"
                            "  tilewright estimate build/model --json\n"
                            "The numbers are an estimate: see docs/cycle_model.md for the model and its error.",
                .add_options = add_estimate_options,
                .run = run_estimate_verb});
}

} // namespace tilewright
