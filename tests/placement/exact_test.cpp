// Small problems against trying every placement.
#include "tests/placement/rules.h"
#include "tests/placement/samples.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

void expect_exact(const PlacementProblem& problem, int round) {
  const std::optional<double> least = least_cost_of_all(problem);
  const PlacementResult result = solve_placement(problem);
  ASSERT_EQ(result.feasible, least.has_value()) << "problem " << round << ": " << result.reason;
  if (!least) {
    EXPECT_TRUE(result.impossible) << "problem " << round;
    EXPECT_FALSE(result.optimal);
    return;
  }
  EXPECT_EQ(illegal(problem, result.places), "") << "problem " << round;
  EXPECT_NEAR(result.cost, cost_by_definition(problem, result.places), 1e-9) << "problem " << round;
  EXPECT_NEAR(result.cost, *least, 1e-9) << "problem " << round;
  EXPECT_TRUE(result.optimal) << "problem " << round << " bound " << result.lower_bound << " of " << *least;
  EXPECT_LE(result.lower_bound, *least + 1e-9) << "problem " << round;
  // A hurried answer is legal, and its bound holds.
  const PlacementResult quick = solve_placement(problem, {.effort = PlacementEffort::quick});
  EXPECT_LE(quick.lower_bound, *least + 1e-9) << "problem " << round;
  EXPECT_TRUE(!quick.optimal || quick.cost <= *least + 1e-9) << "problem " << round;
  if (!quick.feasible) return;
  EXPECT_EQ(illegal(problem, quick.places), "") << "problem " << round;
}

TEST(PlacementExact, UpToFiveBoxesAsTryingAll) {
  std::mt19937 random(11);
  for (int round = 0; round < 400; ++round)
    expect_exact(random_problem(random, {.most_boxes = 5}), round);
}

TEST(PlacementExact, SixBoxesAsTryingAll) {
  std::mt19937 random(12);
  for (int round = 0; round < 60; ++round) {
    expect_exact(random_problem(random, {.least_boxes = 6, .most_boxes = 6, .most_columns = 5, .most_rows = 3}), round);
  }
}

TEST(PlacementExact, WideAndHighBoxesAsTryingAll) {
  std::mt19937 random(13);
  for (int round = 0; round < 200; ++round) {
    expect_exact(
        random_problem(random,
                       {.most_boxes = 4, .least_columns = 6, .most_columns = 10, .most_width = 4, .most_height = 4}),
        round);
  }
}

TEST(PlacementExact, AnchorsKeepOutsAndCostsAsTryingAll) {
  std::mt19937 random(14);
  for (int round = 0; round < 400; ++round) {
    expect_exact(random_problem(random, {.most_boxes = 5, .most_columns = 7, .most_width = 3, .vary_rules = true}),
                 round);
  }
}

TEST(PlacementExact, CostsThatAreNoDecimalsGetABoundThatHolds) {
  std::mt19937 random(15);
  for (int round = 0; round < 50; ++round) {
    PlacementProblem problem = random_problem(random, {.most_boxes = 4});
    problem.lambda = 1.0 / 3;
    problem.mu = std::sqrt(2.0) / 30;
    const std::optional<double> least = least_cost_of_all(problem);
    const PlacementResult result = solve_placement(problem);
    ASSERT_EQ(result.feasible, least.has_value());
    if (!least) continue;
    EXPECT_NEAR(result.cost, *least, 1e-6);
    EXPECT_LE(result.lower_bound, *least);
    EXPECT_EQ(result.optimal, result.cost - result.lower_bound <= 1e-9);
  }
}

} // namespace
} // namespace tilewright::testing
