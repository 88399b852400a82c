// placement_bench [--effort quick|normal|full] FILE-OR-FOLDER...
//
// Cost, bound and time of placement on problem files, beside the costs the files state for another compiler
// ("other_compiler") and the best known one ("best_known"). One Markdown line a problem, and a summary.
#include "backends/common/placement_file.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace {

using namespace tilewright;
namespace fs = std::filesystem;

std::optional<double> stated_cost(const nlohmann::json& file, const char* key) {
  const auto entry = file.find(key);
  if (entry == file.end() || !entry->is_object() || !entry->contains("cost") || !(*entry)["cost"].is_number())
    return std::nullopt;
  return (*entry)["cost"].get<double>();
}

std::string shown(std::optional<double> cost) { return cost ? fmt::format("{:.2f}", *cost) : "-"; }

struct Summary {
  int problems = 0, placed = 0, optimal = 0, below = 0, equal = 0, above = 0, above_other = 0;
  double largest_gap = 0, slowest = 0, seconds = 0;
};

void solve(const fs::path& path, PlacementEffort effort, Summary& summary) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  Diagnostics diagnostics;
  const auto file = parse_placement_file(text.str(), diagnostics);
  if (!file) {
    for (const Diagnostic& diagnostic : diagnostics.all())
      fmt::print("{}: {}\n", path.string(), text_of(diagnostic));
    return;
  }
  const auto json = nlohmann::json::parse(text.str(), nullptr, false);
  std::optional<double> known = stated_cost(json, "best_known");
  const std::optional<double> other = stated_cost(json, "other_compiler");
  if (other && (!known || *other < *known)) known = other;
  const PlacementResult result = solve_placement(file->problem, {.effort = effort});
  ++summary.problems;
  summary.placed += result.feasible;
  summary.optimal += result.optimal;
  summary.seconds += result.seconds;
  summary.slowest = std::max(summary.slowest, result.seconds);
  const double gap = result.feasible ? result.cost - result.lower_bound : 0;
  summary.largest_gap = std::max(summary.largest_gap, result.feasible && result.cost > 0 ? gap / result.cost : 0);
  if (known && result.feasible) {
    summary.below += result.cost < *known - 1e-9;
    summary.above += result.cost > *known + 1e-9;
    summary.equal += std::abs(result.cost - *known) <= 1e-9;
  }
  summary.above_other += other && (!result.feasible || result.cost > *other + 1e-9);
  fmt::print("| {:34} | {:3} | {:>8} | {:>8} | {:>8} | {:>8} | {:8} | {:6.3f} |{}\n", path.stem().string(),
             file->layers.size(), result.feasible ? fmt::format("{:.2f}", result.cost) : "none",
             fmt::format("{:.2f}", result.lower_bound), shown(known), shown(other),
             result.optimal      ? "optimal"
             : result.impossible ? "proven"
                                 : "",
             result.seconds, known && result.feasible && result.cost > *known + 1e-9 ? " ABOVE" : "");
}

} // namespace

int main(int argc, char** argv) {
  PlacementEffort effort = PlacementEffort::normal;
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--effort" && i + 1 < argc) {
      const std::string name = argv[++i];
      effort = name == "quick"  ? PlacementEffort::quick
               : name == "full" ? PlacementEffort::full
                                : PlacementEffort::normal;
    } else if (fs::is_directory(argument)) {
      for (const auto& entry : fs::directory_iterator(argument)) {
        if (entry.path().extension() == ".json") files.push_back(entry.path());
      }
    } else {
      files.emplace_back(argument);
    }
  }
  if (files.empty()) {
    fmt::print(stderr, "usage: placement_bench [--effort quick|normal|full] FILE-OR-FOLDER...\n");
    return 2;
  }
  std::ranges::sort(files);
  fmt::print("| problem | layers | cost | lower bound | best known | other | proof | seconds "
             "|\n|---|---|---|---|---|---|---|---|\n");
  Summary summary;
  for (const fs::path& file : files)
    solve(file, effort, summary);
  fmt::print(
      "\n{} problems: {} placed, {} optimal; against the best known {} below, {} equal, {} above; {} above the other "
      "compiler; largest gap {:.1f} %; slowest {:.3f} s, all {:.1f} s\n",
      summary.problems, summary.placed, summary.optimal, summary.below, summary.equal, summary.above,
      summary.above_other, 100 * summary.largest_gap, summary.slowest, summary.seconds);
  return 0;
}
