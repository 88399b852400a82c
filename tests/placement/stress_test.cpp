// Random graphs of up to 64 boxes and special ones: a legal placement, or a reason. TILEWRIGHT_STRESS_GRAPHS
// says how many random ones; 1000 are the whole set.
#include "tests/placement/rules.h"
#include "tests/placement/samples.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

void expect_sound(const PlacementProblem& problem, const PlacementResult& result) {
  EXPECT_FALSE(result.out_of_time);
  if (!result.feasible) {
    EXPECT_FALSE(result.reason.empty());
    return;
  }
  EXPECT_EQ(illegal(problem, result.places), "");
  EXPECT_NEAR(result.cost, cost_by_definition(problem, result.places), 1e-9);
  EXPECT_LE(result.lower_bound, result.cost + 1e-9);
  EXPECT_EQ(result.optimal, result.cost - result.lower_bound <= 1e-9);
}

PlacementProblem chain(int columns, int rows, int boxes, int width, int height) {
  PlacementProblem problem{columns, rows, {}};
  for (int i = 0; i < boxes; ++i) {
    problem.boxes.push_back({.width = width, .height = height, .may_overhang = true});
    if (i > 0) problem.edges.push_back({i - 1, i, true});
  }
  return problem;
}

PlacementProblem star(int columns, int rows, int boxes, int largest = 2) {
  PlacementProblem problem{columns, rows, {}};
  for (int i = 0; i < boxes; ++i) {
    problem.boxes.push_back({.width = 1 + i % largest, .height = 1 + i % largest, .may_overhang = true});
    if (i > 0) problem.edges.push_back({0, i});
  }
  return problem;
}

PlacementProblem with_anchors(PlacementProblem problem, int every) {
  for (int i = 0; i < static_cast<int>(problem.boxes.size()); i += every)
    problem.boxes[static_cast<std::size_t>(i)].anchor = Coordinate{i, i % (problem.rows - 1)};
  return problem;
}

TEST(PlacementStress, SpecialOnes) {
  const std::vector<std::pair<const char*, PlacementProblem>> problems = {
      {"32 heads", star(38, 8, 32)},
      {"one row", chain(38, 1, 32, 1, 1)},
      {"one column", chain(1, 32, 16, 1, 2)},
      {"every tile", chain(38, 8, 304, 1, 1)},
      {"every tile, high boxes", chain(36, 4, 9, 4, 4)},
      {"nearly every tile", chain(38, 8, 36, 2, 4)},
      {"anchored", with_anchors(chain(38, 8, 32, 1, 1), 5)},
      {"anchored heads", with_anchors(star(38, 8, 32), 7)},
      {"as many as a file may have", chain(64, 32, 1024, 1, 1)},
      {"heads, as many as a file may have", star(64, 32, 700, 1)},
  };
  for (const auto& [name, problem] : problems) {
    SCOPED_TRACE(name);
    const PlacementResult result = solve_placement(problem);
    EXPECT_TRUE(result.feasible) << result.reason;
    expect_sound(problem, result);
  }
}

TEST(PlacementStress, ManyEdges) {
  std::mt19937 random(9);
  PlacementProblem problem = chain(38, 8, 64, 1, 1);
  for (int i = 0; i < 15'000; ++i) {
    const int source = static_cast<int>(random() % 64);
    problem.edges.push_back({source, (source + 1 + static_cast<int>(random() % 63)) % 64, random() % 2 == 0});
  }
  expect_sound(problem, solve_placement(problem));
}

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
    SCOPED_TRACE(graph);
    const PlacementResult result = solve_placement(problem);
    slowest = std::max(slowest, result.seconds);
    expect_sound(problem, result);
    placed += result.feasible;
    optimal += result.optimal;
    impossible += result.impossible;
  }
  std::cout << graphs << " graphs: " << placed << " placed, " << optimal << " of them optimal, " << impossible
            << " proven impossible, " << graphs - placed - impossible << " none found; slowest " << slowest << " s\n";
}

} // namespace
} // namespace tilewright::testing
