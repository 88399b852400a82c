// tilewright passes: which passes there are, in the order in which they run.
#include "passes/pipeline.h"
#include "tools/tilewright/table.h"
#include "tools/tilewright/verb.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

int run_passes_verb(VerbCall& call) {
  const std::vector<std::string> pipeline = pipeline_with(call.context.passes);
  std::vector<std::vector<std::string>> rows;
  call.json["pipeline"] = pipeline;
  call.json["passes"] = nlohmann::ordered_json::array();
  for (const auto& [name, entry] : call.context.passes.entries()) {
    std::vector<std::string> places;
    for (std::size_t i = 0; i < pipeline.size(); ++i) {
      if (pipeline[i] == name) places.push_back(std::to_string(i + 1));
    }
    rows.push_back({name, fmt::format("{}", fmt::join(places, ", ")), entry.definition.summary, entry.origin});
    call.json["passes"].push_back({{"name", name}, {"summary", entry.definition.summary}, {"origin", entry.origin}});
  }
  // In the order of the pipeline; what is not part of it comes last.
  const auto place_of = [&](const std::vector<std::string>& row) {
    return std::find(pipeline.begin(), pipeline.end(), row.front()) - pipeline.begin();
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return place_of(a) < place_of(b); });
  if (!call.line.json) fmt::print("{}", markdown_table({"pass", "runs as number", "what it does", "from"}, rows));
  return 0;
}

} // namespace

void register_passes_verb(VerbRegistry& registry) {
  registry.add({.name = "passes",
                .summary = "List the passes, in the order in which they run",
                .examples = "Examples:\n  tilewright passes\n  tilewright passes --json",
                .run = run_passes_verb});
}

} // namespace tilewright
