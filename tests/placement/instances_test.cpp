// Whole problems: chains, residual blocks, networks, random graphs.
#include "tests/placement/rules.h"
#include "tests/placement/samples.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

TEST(PlacementInstances, LegalAndNoDearerThanKnown) {
  int problems = 0;
  int optimal = 0;
  double slowest = 0;
  for (const auto& folder : folders_with_problems()) {
    for (const auto& path : problem_files(folder)) {
      const std::optional<StatedProblem> stated = stated_problem(path);
      ASSERT_TRUE(stated) << path;
      const PlacementProblem& problem = stated->file.problem;
      const PlacementResult result = solve_placement(problem);
      ++problems;
      optimal += result.optimal;
      slowest = std::max(slowest, result.seconds);
      EXPECT_FALSE(result.out_of_time) << path;
      if (!result.feasible) {
        EXPECT_FALSE(stated->known_cost) << path << ": " << result.reason;
        EXPECT_TRUE(result.impossible) << path << ": " << result.reason;
        continue;
      }
      EXPECT_EQ(illegal(problem, result.places), "") << path;
      EXPECT_NEAR(result.cost, cost_by_definition(problem, result.places), 1e-9) << path;
      EXPECT_LE(result.lower_bound, result.cost + 1e-9) << path;
      EXPECT_EQ(result.optimal, result.cost - result.lower_bound <= 1e-9) << path;
      if (!stated->known_cost) continue;
      EXPECT_LE(result.cost, *stated->known_cost + 1e-9) << path;
      EXPECT_LE(result.lower_bound, *stated->known_cost + 1e-9) << path;
    }
  }
  EXPECT_GE(problems, 8);
  std::cout << problems << " problems, " << optimal << " optimal, slowest " << slowest << " s\n";
}

TEST(PlacementInstances, SameAnswerTwice) {
  for (const auto& path : problem_files(folders_with_problems().front())) {
    const std::optional<StatedProblem> stated = stated_problem(path);
    ASSERT_TRUE(stated) << path;
    const PlacementResult first = solve_placement(stated->file.problem);
    const PlacementResult second = solve_placement(stated->file.problem);
    EXPECT_EQ(first.places, second.places) << path;
    EXPECT_EQ(first.cost, second.cost) << path;
    EXPECT_EQ(first.lower_bound, second.lower_bound) << path;
  }
}

TEST(PlacementInstances, TheClockOnlyStopsWhatIsFarTooSlow) {
  PlacementProblem problem{38, 8, {}};
  for (int i = 0; i < 20; ++i)
    problem.boxes.push_back({1 + i % 3, 1 + i % 4, i - 1});
  const PlacementResult result = solve_placement(problem, {.most_seconds = 0});
  EXPECT_TRUE(result.out_of_time);
  EXPECT_TRUE(result.feasible) << "the first greedy placement needs no search";
  EXPECT_EQ(illegal(problem, result.places), "");
}

} // namespace
} // namespace tilewright::testing
