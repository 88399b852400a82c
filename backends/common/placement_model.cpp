#include "backends/common/placement_model.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace tilewright {

namespace {

// Costs as whole numbers: exact sums, exact comparisons, and a bound between two multiples of the unit can be rounded
// up. Parameters with up to nine decimals are exact; others are rounded to that, which placement.cpp allows for.
void set_costs(PlacementModel& model, double lambda, double mu) {
  std::int64_t scale = 1;
  const auto is_whole = [&](double value) {
    const double scaled = value * static_cast<double>(scale);
    return std::abs(scaled - std::round(scaled)) <= 1e-12 * std::max(1.0, scaled);
  };
  constexpr std::int64_t finest = 1'000'000'000;
  while (scale < finest && !(is_whole(lambda) && is_whole(mu)))
    scale *= 10;
  model.column_cost = scale;
  model.row_cost = std::llround(lambda * static_cast<double>(scale));
  model.height_cost = std::llround(mu * static_cast<double>(scale));
  const std::int64_t divisor = std::gcd(std::gcd(model.column_cost, model.row_cost), model.height_cost);
  model.column_cost /= divisor;
  model.row_cost /= divisor;
  model.height_cost /= divisor;
  model.unit = static_cast<double>(divisor) / static_cast<double>(scale);
}

// What two boxes may do along all the edges between them.
struct Abutting {
  bool target_east = false; // the target may lie right of the source without a gap
  bool target_west = false; // the other way round
};

Abutting abutting(const PlacementModel& model, int source, int target) {
  Abutting may;
  for (const PlacementLink& link : model.links_of(source)) {
    if (link.other != target || !link.may_abut) continue;
    (link.leaves ? may.target_east : may.target_west) = true;
  }
  return may;
}

// The least of three: the target east of the source, west of it, or above or below.
PlacementCost least_cost(const PlacementModel& model, int source, int target) {
  const auto& from = model.box(source);
  const auto& to = model.box(target);
  const Abutting may = abutting(model, source, target);
  PlacementCost least = no_placement_cost;
  const auto side_by_side = [&](int gap, int distance) {
    if (from.width + gap + to.width <= model.columns) least = std::min(least, model.column_cost * distance);
  };
  const int east_gap = may.target_east ? 0 : to.keep_out;
  const int west_gap = may.target_west ? 0 : from.keep_out;
  side_by_side(east_gap, east_gap + 1);
  side_by_side(west_gap, west_gap + to.width + from.width - 1);
  if (from.height + to.height <= model.rows) {
    const int across = std::max(0, from.width - 1 - (model.columns - to.width));
    least = std::min(least, model.row_cost + model.column_cost * across);
  }
  return least == no_placement_cost ? 0 : least;
}

void add_edge(std::vector<PlacementLink>& links, int other, bool leaves, bool may_abut) {
  const auto known = std::ranges::find_if(
      links, [&](const PlacementLink& link) { return link.other == other && link.leaves == leaves; });
  if (known == links.end()) {
    links.push_back({.other = other, .leaves = leaves, .may_abut = may_abut});
    return;
  }
  ++known->edges;
  known->may_abut |= may_abut;
}

} // namespace

bool may_lie_together(const PlacementModel& model, int a, Coordinate at_a, int b, Coordinate at_b) {
  const auto& box_a = model.box(a);
  const auto& box_b = model.box(b);
  if (at_a.row + box_a.height <= at_b.row || at_b.row + box_b.height <= at_a.row) return true;
  if (at_a.column + box_a.width <= at_b.column - box_b.keep_out) return true;
  if (at_b.column + box_b.width <= at_a.column - box_a.keep_out) return true;
  if (at_a.row != at_b.row || box_a.height != box_b.height) return false;
  return std::ranges::any_of(model.links_of(a), [&](const PlacementLink& link) {
    if (link.other != b || !link.may_abut) return false;
    return link.leaves ? at_a.column + box_a.width == at_b.column : at_b.column + box_b.width == at_a.column;
  });
}

PlacementCost link_cost(const PlacementModel& model, int box, const PlacementLink& link, Coordinate at,
                        Coordinate other_at) {
  const auto& own = model.box(box);
  const auto& other = model.box(link.other);
  const int across =
      link.leaves ? at.column + own.width - 1 - other_at.column : other_at.column + other.width - 1 - at.column;
  const int gap = std::max({0, other_at.row - (at.row + own.height - 1), at.row - (other_at.row + other.height - 1)});
  return link.edges * (model.column_cost * std::abs(across) + model.row_cost * gap);
}

PlacementCost total_cost(const PlacementModel& model, const std::vector<Coordinate>& places) {
  PlacementCost cost = 0;
  for (int i = 0; i < model.count(); ++i) {
    const Coordinate at = places[static_cast<std::size_t>(i)];
    cost += model.height_cost * at.row;
    for (const PlacementLink& link : model.links_of(i)) {
      if (link.leaves) cost += link_cost(model, i, link, at, places[static_cast<std::size_t>(link.other)]);
    }
  }
  return cost;
}

PlacementModel placement_model(const PlacementProblem& problem) {
  PlacementModel model;
  model.columns = problem.columns;
  model.rows = problem.rows;
  model.boxes = problem.boxes;
  model.edges = problem.edges;
  for (std::size_t i = 0; i < problem.boxes.size(); ++i) {
    model.anchored |= problem.boxes[i].anchor.has_value();
    if (problem.boxes[i].producer >= 0) model.edges.push_back({problem.boxes[i].producer, static_cast<int>(i), false});
  }
  set_costs(model, problem.lambda, problem.mu);
  model.links.resize(problem.boxes.size());
  for (const PlacementEdge& edge : model.edges) {
    const bool may_abut = edge.may_abut && model.box(edge.source).height == model.box(edge.target).height;
    add_edge(model.links[static_cast<std::size_t>(edge.source)], edge.target, true, may_abut);
    add_edge(model.links[static_cast<std::size_t>(edge.target)], edge.source, false, may_abut);
  }
  for (int i = 0; i < model.count(); ++i) {
    for (PlacementLink& link : model.links[static_cast<std::size_t>(i)])
      link.least = link.edges * (link.leaves ? least_cost(model, i, link.other) : least_cost(model, link.other, i));
    const auto links = static_cast<std::int64_t>(model.links_of(i).size());
    const std::int64_t abutting = std::ranges::count_if(model.links_of(i), &PlacementLink::may_abut);
    model.steps.push_back(1 + model.rows * (links + model.box(i).height) / 64 + model.count() * abutting / 256);
  }
  return model;
}

} // namespace tilewright
