// A placement problem as the search wants it: whole numbers, edges by box, and a budget of steps.
//
// Two boxes' legality and cost depend on their distance only, so a placement can be moved east and west as a whole.
// Boxes are therefore searched in board columns: the first lies at `board_origin`, the others around it, and all that
// the array says is that west and east end are no more than its columns apart. With anchors, board columns are array
// columns.
#pragma once

#include "backends/common/placement.h"

#include <array>
#include <chrono>
#include <limits>

namespace tilewright {

using PlacementCost = std::int64_t; // in PlacementModel::unit
constexpr PlacementCost no_placement_cost = std::numeric_limits<PlacementCost>::max() / 4;
constexpr int board_origin = most_placement_columns - 1;

// The edges from one box to another, as one of them sees them.
struct PlacementLink {
  int other = 0;
  bool leaves = false;   // this end is the source
  bool may_abut = false; // and both have the same height
  int edges = 1;
  PlacementCost least = 0; // no legal placement of the two costs less on these edges
};

struct PlacementModel {
  int columns = 0;
  int rows = 0;
  bool anchored = false;
  std::vector<PlacementProblem::Box> boxes;
  std::vector<std::vector<PlacementLink>> links; // by box
  std::vector<PlacementEdge> edges;
  std::vector<std::int64_t> steps; // by box: what finding its cheapest place takes from a budget
  double unit = 1;                 // all costs are whole multiples of it
  PlacementCost column_cost = 1;   // of a column between faces
  PlacementCost row_cost = 1;      // of a row between: lambda
  PlacementCost height_cost = 0;   // of a row above the lowest: mu

  int count() const { return static_cast<int>(boxes.size()); }
  const PlacementProblem::Box& box(int index) const { return boxes[static_cast<std::size_t>(index)]; }
  const std::vector<PlacementLink>& links_of(int index) const { return links[static_cast<std::size_t>(index)]; }
  std::int64_t steps_of(int index) const { return steps[static_cast<std::size_t>(index)]; }
  // Columns that must be on the array to the west of the box.
  int margin(int index) const { return box(index).may_overhang ? 0 : box(index).keep_out; }
};

PlacementModel placement_model(const PlacementProblem& problem);

// Whether boxes `a` and `b` may lie there together. For the same column system.
bool may_lie_together(const PlacementModel& model, int a, Coordinate at_a, int b, Coordinate at_b);

// The cost of the edges of `link`, of `box`.
PlacementCost link_cost(const PlacementModel& model, int box, const PlacementLink& link, Coordinate at,
                        Coordinate other_at);

PlacementCost total_cost(const PlacementModel& model, const std::vector<Coordinate>& places);

// Steps of work, the same on every machine; the clock is asked rarely, and only against the safety net.
class PlacementBudget {
public:
  PlacementBudget(std::int64_t steps, std::chrono::steady_clock::time_point deadline)
      : left_(steps), deadline_(deadline) {}
  void spend(std::int64_t steps) { left_ -= steps; }
  bool is_spent() {
    if (left_ <= 0 || late_) return true;
    if (--until_clock_ <= 0) {
      until_clock_ = 4096;
      late_ = std::chrono::steady_clock::now() > deadline_;
    }
    return late_;
  }
  bool is_late() const { return late_; }
  std::int64_t left() const { return left_; }
  std::chrono::steady_clock::time_point deadline() const { return deadline_; }

private:
  std::int64_t left_;
  std::chrono::steady_clock::time_point deadline_;
  int until_clock_ = 0;
  bool late_ = false;
};

// Pseudo-random numbers that are the same with every standard library (splitmix64).
class PlacementRandom {
public:
  explicit PlacementRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  int below(int limit) { return static_cast<int>(next() % static_cast<std::uint64_t>(limit)); }

private:
  std::uint64_t state_;
};

} // namespace tilewright
