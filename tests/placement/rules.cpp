#include "tests/placement/rules.h"

#include <algorithm>
#include <cmath>

namespace tilewright::testing {

namespace {

using Box = PlacementProblem::Box;

bool has_tile(const Box& box, Coordinate at, int column, int row) {
  return column >= at.column && column < at.column + box.width && row >= at.row && row < at.row + box.height;
}

// The tile is the box's or its keep-out's.
bool holds(const Box& box, Coordinate at, int column, int row) {
  return column >= at.column - box.keep_out && column < at.column + box.width && row >= at.row &&
         row < at.row + box.height;
}

bool may_touch(const PlacementProblem& problem, int source, Coordinate from, int target, Coordinate to) {
  const Box& a = problem.boxes[static_cast<std::size_t>(source)];
  const Box& b = problem.boxes[static_cast<std::size_t>(target)];
  if (from.column + a.width != to.column || from.row != to.row || a.height != b.height) return false;
  return std::any_of(problem.edges.begin(), problem.edges.end(), [&](const PlacementEdge& edge) {
    return edge.may_abut && edge.source == source && edge.target == target;
  });
}

bool is_on_array(const PlacementProblem& problem, const Box& box, Coordinate at) {
  if (box.anchor && !(*box.anchor == at)) return false;
  const int west = box.may_overhang ? 0 : box.keep_out;
  return at.column >= west && at.row >= 0 && at.column + box.width <= problem.columns &&
         at.row + box.height <= problem.rows;
}

bool is_pair_legal(const PlacementProblem& problem, int a, Coordinate at_a, int b, Coordinate at_b) {
  const Box& first = problem.boxes[static_cast<std::size_t>(a)];
  const Box& second = problem.boxes[static_cast<std::size_t>(b)];
  bool touch = false;
  for (int row = 0; row < problem.rows; ++row) {
    for (int column = 0; column < problem.columns; ++column) {
      if (has_tile(first, at_a, column, row) && has_tile(second, at_b, column, row)) return false;
      touch |= holds(first, at_a, column, row) && holds(second, at_b, column, row);
    }
  }
  return !touch || may_touch(problem, a, at_a, b, at_b) || may_touch(problem, b, at_b, a, at_a);
}

double edge_cost(const PlacementProblem& problem, int source, Coordinate from, int target, Coordinate to) {
  const Box& a = problem.boxes[static_cast<std::size_t>(source)];
  const Box& b = problem.boxes[static_cast<std::size_t>(target)];
  const int first_top = from.row + a.height - 1;
  const int second_top = to.row + b.height - 1;
  int gap = 0;
  if (to.row > first_top) gap = to.row - first_top;
  if (from.row > second_top) gap = from.row - second_top;
  return std::abs(from.column + a.width - 1 - to.column) + problem.lambda * gap;
}

std::vector<PlacementEdge> all_edges(const PlacementProblem& problem) {
  std::vector<PlacementEdge> edges = problem.edges;
  for (std::size_t i = 0; i < problem.boxes.size(); ++i) {
    if (problem.boxes[i].producer >= 0) edges.push_back({problem.boxes[i].producer, static_cast<int>(i)});
  }
  return edges;
}

struct Trial {
  const PlacementProblem& problem;
  std::vector<PlacementEdge> edges;
  std::vector<Coordinate> places;
  std::optional<double> best;

  void place_from(int box, double cost) {
    if (best && cost >= *best) return; // costs only grow
    if (box == static_cast<int>(problem.boxes.size())) {
      best = cost;
      return;
    }
    for (int column = 0; column < problem.columns; ++column) {
      for (int row = 0; row < problem.rows; ++row) {
        const Coordinate at{column, row};
        if (!is_on_array(problem, problem.boxes[static_cast<std::size_t>(box)], at)) continue;
        double here = cost + problem.mu * row;
        bool legal = true;
        for (int other = 0; other < box && legal; ++other) {
          legal = is_pair_legal(problem, other, places[static_cast<std::size_t>(other)], box, at);
        }
        if (!legal) continue;
        places[static_cast<std::size_t>(box)] = at;
        for (const PlacementEdge& edge : edges) {
          if (std::max(edge.source, edge.target) != box) continue;
          here += edge_cost(problem, edge.source, places[static_cast<std::size_t>(edge.source)], edge.target,
                            places[static_cast<std::size_t>(edge.target)]);
        }
        place_from(box + 1, here);
      }
    }
  }
};

} // namespace

std::string illegal(const PlacementProblem& problem, const std::vector<Coordinate>& places) {
  if (places.size() != problem.boxes.size()) return "not one place a box";
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!is_on_array(problem, problem.boxes[i], places[i]))
      return "box " + std::to_string(i) + " is not where it may be";
    for (std::size_t j = 0; j < i; ++j) {
      if (!is_pair_legal(problem, static_cast<int>(j), places[j], static_cast<int>(i), places[i])) {
        return "boxes " + std::to_string(j) + " and " + std::to_string(i) + " are in each other's way";
      }
    }
  }
  return {};
}

double cost_by_definition(const PlacementProblem& problem, const std::vector<Coordinate>& places) {
  double cost = 0;
  for (const PlacementEdge& edge : all_edges(problem)) {
    cost += edge_cost(problem, edge.source, places[static_cast<std::size_t>(edge.source)], edge.target,
                      places[static_cast<std::size_t>(edge.target)]);
  }
  for (const Coordinate& at : places)
    cost += problem.mu * at.row;
  return cost;
}

std::optional<double> least_cost_of_all(const PlacementProblem& problem) {
  Trial trial{problem, all_edges(problem), std::vector<Coordinate>(problem.boxes.size()), std::nullopt};
  trial.place_from(0, 0);
  return trial.best;
}

} // namespace tilewright::testing
