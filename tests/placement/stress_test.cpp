// Random graphs of up to 64 boxes: a legal placement, or a reason. TILEWRIGHT_STRESS_GRAPHS says how many; 1000 are the
// whole set.
#include "tests/placement/rules.h"
#include "tests/placement/samples.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

TEST(PlacementStress, ALegalPlacementOrAReason) {
  const char* wanted = std::getenv("TILEWRIGHT_STRESS_GRAPHS");
  const int graphs = wanted != nullptr ? std::atoi(wanted) : 40;
  int placed = 0, impossible = 0, optimal = 0;
  double slowest = 0;
  for (int graph = 0; graph < graphs; ++graph) {
    // Spread over the whole set, so that the short run sees every kind.
    std::mt19937 random(static_cast<unsigned>(graph * 1000 / graphs));
    const bool high = random() % 2 == 0;
    PlacementProblem problem = random_problem(random, {.least_boxes = 2,
                                                       .most_boxes = 64,
                                                       .least_columns = high ? 20 : 30,
                                                       .most_columns = 38,
                                                       .least_rows = high ? 8 : 4,
                                                       .most_rows = high ? 8 : 4,
                                                       .most_width = 1 + static_cast<int>(random() % 4),
                                                       .most_height = 1 + static_cast<int>(random() % 4)});
    const PlacementResult result = solve_placement(problem);
    slowest = std::max(slowest, result.seconds);
    EXPECT_FALSE(result.out_of_time) << "graph " << graph;
    if (result.feasible) {
      ++placed;
      optimal += result.optimal;
      EXPECT_EQ(illegal(problem, result.places), "") << "graph " << graph;
      EXPECT_NEAR(result.cost, cost_by_definition(problem, result.places), 1e-9) << "graph " << graph;
      EXPECT_LE(result.lower_bound, result.cost + 1e-9) << "graph " << graph;
    } else {
      impossible += result.impossible;
      EXPECT_FALSE(result.reason.empty()) << "graph " << graph;
    }
  }
  std::cout << graphs << " graphs: " << placed << " placed, " << optimal << " of them optimal, " << impossible
            << " proven impossible, " << graphs - placed - impossible << " none found; slowest " << slowest << " s\n";
}

} // namespace
} // namespace tilewright::testing
