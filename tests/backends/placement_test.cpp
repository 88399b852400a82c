#include "backends/common/placement.h"

#include <gtest/gtest.h>
#include <random>

namespace tilewright {
namespace {

// Boxes with the column to their west, inside the array, without overlap.
void expect_legal(const PlacementProblem& problem, const std::vector<Coordinate>& places) {
  std::vector<int> taken(static_cast<std::size_t>(problem.columns * problem.rows), 0);
  for (std::size_t i = 0; i < problem.boxes.size(); ++i) {
    const auto& box = problem.boxes[i];
    ASSERT_GE(places[i].column, 1);
    ASSERT_GE(places[i].row, 0);
    ASSERT_LE(places[i].column + box.width, problem.columns);
    ASSERT_LE(places[i].row + box.height, problem.rows);
    for (int x = places[i].column - 1; x < places[i].column + box.width; ++x) {
      for (int y = places[i].row; y < places[i].row + box.height; ++y) {
        ASSERT_EQ(taken[static_cast<std::size_t>(y * problem.columns + x)]++, 0) << "box " << i;
      }
    }
  }
}

TEST(Placement, ChainsFillTheArrayToItsEdges) {
  PlacementProblem problem{36, 4, {}};
  for (int i = 0; i < 7; ++i) problem.boxes.push_back({4, 4, i - 1});
  const auto places = place(problem);
  ASSERT_TRUE(places);
  expect_legal(problem, *places);
  problem.boxes.push_back({4, 4, 6});
  EXPECT_FALSE(place(problem)) << "8 x 5 columns are more than 36";
}

TEST(Placement, ThirtyTwoSingleTilesStayOnTheArray) {
  for (const auto& [columns, rows] : {std::pair{38, 8}, std::pair{36, 4}}) {
    PlacementProblem problem{columns, rows, {}};
    for (int i = 0; i < 32; ++i) problem.boxes.push_back({1, 1, i - 1});
    const auto places = place(problem);
    ASSERT_TRUE(places);
    expect_legal(problem, *places);
  }
}

TEST(Placement, RandomBoxesAreLegalWhereverAPlaceIsFound) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    PlacementProblem problem{static_cast<int>(4 + random() % 35), static_cast<int>(1 + random() % 8), {}};
    const int boxes = static_cast<int>(1 + random() % 20);
    for (int i = 0; i < boxes; ++i) {
      problem.boxes.push_back({static_cast<int>(1 + random() % 4), static_cast<int>(1 + random() % 4),
                               static_cast<int>(random() % static_cast<unsigned>(i + 1)) - 1});
    }
    if (const auto places = place(problem)) expect_legal(problem, *places);
  }
}

TEST(Placement, NothingFitsAnArrayThatIsTooLow) { EXPECT_FALSE(place({10, 2, {{1, 3, -1}}})); }

} // namespace
} // namespace tilewright
