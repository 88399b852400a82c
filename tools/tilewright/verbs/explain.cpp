// tilewright explain: where a node of the model runs, and the candidates for it, chosen and refused, with the reasons.
#include "runtime/driver/explain_node.h"
#include "tools/tilewright/json_output.h"
#include "tools/tilewright/model_options.h"
#include "tools/tilewright/table.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

constexpr std::size_t most_shown_tilings = 12; // without --verbose; --json has all
constexpr std::size_t most_suggested_names = 20;

void add_explain_options(CLI::App& app, CommandLine& line) {
  add_model_option(app, line);
  add_required_option(app, {"--node", "NAME", "Name of the node, in the model or as `check` prints it"}, line.node);
  add_mapping_options(app, line);
  add_data_option(app, line);
}

std::string text_of(const Refusal& refusal) {
  std::string text = refusal.reason;
  if (refusal.limit != 0) text += fmt::format(": {} of at most {} ({})", refusal.need, refusal.limit, refusal.resource);
  if (!refusal.hint.empty()) text += "; hint: " + refusal.hint;
  return text;
}

nlohmann::ordered_json json_of(const Refusal& refusal) {
  return {{"reason", refusal.reason},
          {"resource", refusal.resource},
          {"need", refusal.need},
          {"limit", refusal.limit},
          {"hint", refusal.hint}};
}

std::int64_t bytes_of(const TileMemory& memory) {
  return 2 * (memory.input + memory.second_input + memory.output) + memory.weights + memory.parameters + memory.stack;
}

// Why it is the one or isn't; `chosen` may be nullptr.
std::string verdict_of(const ExplainedTiling& tiling, const ExplainedTiling* chosen) {
  if (tiling.chosen) return "chosen";
  if (tiling.refusal) return "refused: " + text_of(*tiling.refusal);
  if (chosen == nullptr) return "possible";
  const int more = tiling.tiling.tiles() - chosen->tiling.tiles();
  if (more > 0) return fmt::format("possible: {} more tile{} than the chosen one", more, more == 1 ? "" : "s");
  if (more < 0) return "possible: fewer tiles, but not together with its neighbours or the objective";
  return "possible: as many tiles; neighbours, streams or padding decided";
}

nlohmann::ordered_json json_of(const ExplainedTiling& tiling, const ExplainedTiling* chosen) {
  const Tiling& cut = tiling.tiling;
  return {{"columns", cut.columns},
          {"rows", cut.rows},
          {"strips", cut.strips},
          {"batch_parts", cut.batch_parts},
          {"input_slice", cut.input_slice},
          {"output_slice", cut.output_slice},
          {"input_in_west", cut.input_in_west},
          {"tiles", cut.tiles()},
          {"bytes_in_fullest_tile", bytes_of(tiling.memory)},
          {"cycles", tiling.cycles},
          {"chosen", tiling.chosen},
          {"verdict", verdict_of(tiling, chosen)}};
}

const ExplainedTiling* chosen_of(const ExplainedCandidate& candidate) {
  const auto found = std::ranges::find_if(candidate.tilings, &ExplainedTiling::chosen);
  return found == candidate.tilings.end() ? nullptr : &*found;
}

nlohmann::ordered_json json_of(const ExplainedCandidate& candidate) {
  nlohmann::ordered_json refusals = nlohmann::ordered_json::array();
  for (const Refusal& refusal : candidate.refusals)
    refusals.push_back(json_of(refusal));
  nlohmann::ordered_json tilings = nlohmann::ordered_json::array();
  for (const ExplainedTiling& tiling : candidate.tilings)
    tilings.push_back(json_of(tiling, chosen_of(candidate)));
  return {{"lowering", candidate.lowering->name},
          {"summary", candidate.lowering->summary},
          {"chosen", candidate.chosen},
          {"refusals", std::move(refusals)},
          {"tilings", std::move(tilings)}};
}

void print(const ExplainedCandidate& candidate, std::int64_t rows, bool all) {
  const auto possible = std::ranges::count_if(candidate.tilings, [](const auto& tiling) { return !tiling.refusal; });
  fmt::print("\ncandidate '{}': {}\n", candidate.lowering->name, candidate.lowering->summary);
  for (const Refusal& refusal : candidate.refusals)
    fmt::print("  refused: {}\n", text_of(refusal));
  if (candidate.tilings.empty()) return;
  fmt::print("{} tilings, {} of them within the memory of a tile at {} rows in an iteration\n",
             candidate.tilings.size(), possible, rows);
  std::vector<const ExplainedTiling*> shown;
  for (const ExplainedTiling& tiling : candidate.tilings)
    shown.push_back(&tiling);
  // The chosen one first, then those with few tiles: what a reader compares.
  std::ranges::stable_sort(
      shown, {}, [](const ExplainedTiling* tiling) { return std::pair(!tiling->chosen, tiling->tiling.tiles()); });
  if (!all && shown.size() > most_shown_tilings) shown.resize(most_shown_tilings);
  std::vector<std::vector<std::string>> table;
  for (const ExplainedTiling* tiling : shown) {
    const Tiling& cut = tiling->tiling;
    table.push_back({fmt::format("{} x {}", cut.columns, cut.rows), fmt::format("{}", cut.batch_parts),
                     fmt::format("{} x {}", cut.input_slice, cut.output_slice), cut.input_in_west ? "west" : "own",
                     fmt::format("{}", bytes_of(tiling->memory)),
                     tiling->cycles == 0 ? "" : fmt::format("{}", tiling->cycles),
                     verdict_of(*tiling, chosen_of(candidate))});
  }
  fmt::print("{}", markdown_table({"tiles", "parts of the batch", "inputs x outputs a tile", "input in tile",
                                   "bytes in the fullest tile", "cycles (estimate)", "verdict"},
                                  table));
  if (shown.size() < candidate.tilings.size()) {
    fmt::print("and {} more; --verbose shows all\n", candidate.tilings.size() - shown.size());
  }
}

void report_unknown(VerbCall& call, const Explanation& explanation) {
  std::string names;
  for (std::size_t i = 0; i < std::min(explanation.names.size(), most_suggested_names); ++i)
    names += (i == 0 ? "" : ", ") + explanation.names[i];
  if (explanation.names.size() > most_suggested_names) {
    names += fmt::format(" and {} more", explanation.names.size() - most_suggested_names);
  }
  call.context.diagnostics.add({.kind = ProblemKind::usage,
                                .code = "usage.node",
                                .node = call.line.node,
                                .reason = "the model has no node of this name",
                                .expected = names.empty() ? "" : "one of " + names});
}

int run_explain_verb(VerbCall& call) {
  const auto choice = choose_target(call.line.target, call.line.device, call.context);
  if (!choice) return 0;
  const auto data = read_data_option(call);
  if (!data) return 0;
  const Explanation explanation = explain_node(call.line.node, model_request(call.line, *data), *choice, call.context);
  if (!explanation.known) {
    report_unknown(call, explanation);
    return 0;
  }
  call.json["model"] = call.line.subject;
  call.json["target"] = choice->target->name;
  call.json["node"] = call.line.node;
  call.json["outcome"] = explanation.outcome;
  call.json["nodes"] = nlohmann::ordered_json::array();
  call.json["problems"] = json_of_problems(call.context.diagnostics);
  for (const ExplainedNode& node : explanation.nodes) {
    nlohmann::ordered_json candidates = nlohmann::ordered_json::array();
    for (const ExplainedCandidate& candidate : node.candidates)
      candidates.push_back(json_of(candidate));
    call.json["nodes"].push_back({{"op", node.op},
                                  {"origin", node.origin},
                                  {"signature", node.signature},
                                  {"place", node.place},
                                  {"candidates", std::move(candidates)}});
  }
  if (call.line.json) return 0;
  if (!explanation.outcome.empty()) fmt::print("{}: {}\n", escaped(call.line.node), explanation.outcome);
  for (const ExplainedNode& node : explanation.nodes) {
    fmt::print("{} '{}': {}\n  {}\n", node.op, escaped(node.origin), node.place, node.signature);
    for (const ExplainedCandidate& candidate : node.candidates)
      print(candidate, explanation.rows, call.line.verbose);
    fmt::print("\n");
  }
  return 0;
}

} // namespace

void register_explain_verb(VerbRegistry& registry) {
  registry.add({.name = "explain",
                .summary = "Say where a node runs, and the candidates for it: chosen and refused, with reasons",
                .examples = "Examples:\n"
                            "  tilewright explain model.onnx --node MatMul_3\n"
                            "  tilewright explain model.onnx --node MatMul_3 --target aie-mlv2 --json",
                .add_options = add_explain_options,
                .run = run_explain_verb});
}

} // namespace tilewright
