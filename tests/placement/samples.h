// Problems to test with: random ones, and files.
#pragma once

#include "backends/common/placement_file.h"

#include <filesystem>
#include <optional>
#include <random>

namespace tilewright::testing {

struct RandomProblems {
  int least_boxes = 2, most_boxes = 6;
  int least_columns = 3, most_columns = 6;
  int least_rows = 1, most_rows = 4;
  int most_width = 2, most_height = 2;
  bool vary_rules = false; // anchors, other keep-outs, other costs
};

PlacementProblem random_problem(std::mt19937& random, const RandomProblems& kind);

struct StatedProblem {
  PlacementFile file;
  std::optional<double> known_cost; // the least that the file states
};

// The folder's problem files, by name.
std::vector<std::filesystem::path> problem_files(const std::filesystem::path& folder);
// nullopt if the file is no problem.
std::optional<StatedProblem> stated_problem(const std::filesystem::path& file);

// The problems of this folder, and where there is one beside the project, of a collection.
std::vector<std::filesystem::path> folders_with_problems();

} // namespace tilewright::testing
