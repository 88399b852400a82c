#include "tests/placement/samples.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tilewright::testing {

namespace fs = std::filesystem;

PlacementProblem random_problem(std::mt19937& random, const RandomProblems& kind) {
  const auto between = [&](int least, int most) {
    return least + static_cast<int>(random() % static_cast<unsigned>(most - least + 1));
  };
  PlacementProblem problem;
  problem.columns = between(kind.least_columns, kind.most_columns);
  problem.rows = between(kind.least_rows, kind.most_rows);
  const int keep_out = kind.vary_rules ? between(0, 2) : 1;
  const int count = between(kind.least_boxes, kind.most_boxes);
  for (int i = 0; i < count; ++i) {
    PlacementProblem::Box box;
    box.width = between(1, std::min(kind.most_width, problem.columns));
    box.height = between(1, std::min(kind.most_height, problem.rows));
    box.keep_out = keep_out;
    box.may_overhang = !kind.vary_rules || random() % 4 != 0;
    if (kind.vary_rules && random() % 6 == 0) {
      box.anchor = Coordinate{between(0, problem.columns - box.width), between(0, problem.rows - box.height)};
    }
    problem.boxes.push_back(box);
    // Mostly chains, with branches, joins and now and then a part of its own.
    if (i == 0 || random() % 12 == 0) continue;
    const bool abut = random() % 2 == 0;
    problem.edges.push_back({random() % 3 == 0 ? between(0, i - 1) : i - 1, i, abut});
    if (i > 1 && random() % 4 == 0) problem.edges.push_back({between(0, i - 2), i, random() % 3 == 0});
  }
  if (kind.vary_rules) {
    constexpr double lambdas[] = {1.0, 0.5, 2.0, 0.37, 0.0};
    constexpr double mus[] = {0.05, 0.0, 0.3, 0.123456};
    problem.lambda = lambdas[random() % 5];
    problem.mu = mus[random() % 4];
  }
  return problem;
}

std::vector<fs::path> problem_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<StatedProblem> stated_problem(const fs::path& path) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  Diagnostics diagnostics;
  std::optional<PlacementFile> file = parse_placement_file(text.str(), diagnostics);
  if (!file) return std::nullopt;
  StatedProblem problem{*std::move(file), std::nullopt};
  const nlohmann::json json = nlohmann::json::parse(text.str());
  for (const char* key : {"best_known", "other_compiler"}) {
    if (!json.contains(key) || !json[key]["cost"].is_number()) continue;
    const double cost = json[key]["cost"].get<double>();
    problem.known_cost = std::min(cost, problem.known_cost.value_or(cost));
  }
  return problem;
}

std::vector<fs::path> folders_with_problems() {
  const fs::path source = testing::source_root();
  std::vector<fs::path> folders{source / "tests/placement/instances"};
  const fs::path collection = source.parent_path() / "shared/placement";
  if (fs::is_directory(collection)) folders.push_back(collection);
  return folders;
}

} // namespace tilewright::testing
