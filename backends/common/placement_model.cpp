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

PlacementCost least_cost(const PlacementModel& model, int source, const PlacementLink& link) {
  PlacementCost least = no_placement_cost;
  const auto& from = model.box(source);
  const auto& to = model.box(link.other);
  for (int across = 1 - model.columns; across < model.columns; ++across) {
    if (std::max(from.width, across + to.width) - std::min(0, across) > model.columns) continue;
    for (int up = 1 - model.rows; up < model.rows; ++up) {
      if (std::max(from.height, up + to.height) - std::min(0, up) > model.rows) continue;
      if (!may_lie_together(model, source, {0, 0}, link.other, {across, up})) continue;
      least = std::min(least, link_cost(model, source, link, {0, 0}, {across, up}));
    }
  }
  return least == no_placement_cost ? 0 : least;
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
  return model.column_cost * std::abs(across) + model.row_cost * gap;
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
    model.links[static_cast<std::size_t>(edge.source)].push_back({edge.target, true, may_abut, 0});
    model.links[static_cast<std::size_t>(edge.target)].push_back({edge.source, false, may_abut, 0});
  }
  // An edge has the same least cost at both ends, and most edges of a network are alike.
  struct Known {
    int from_width, from_height, from_keep_out, to_width, to_height, to_keep_out;
    bool leaves, may_abut, alone;
    bool operator==(const Known&) const = default;
  };
  std::vector<std::pair<Known, PlacementCost>> known;
  for (int i = 0; i < model.count(); ++i) {
    for (PlacementLink& link : model.links[static_cast<std::size_t>(i)]) {
      const auto& from = model.box(i);
      const auto& to = model.box(link.other);
      // Two edges between the same boxes: whether these may abut can be the other's doing.
      const bool alone = std::ranges::count(model.links_of(i), link.other, &PlacementLink::other) == 1;
      const Known key{from.width,  from.height, from.keep_out, to.width, to.height,
                      to.keep_out, link.leaves, link.may_abut, alone};
      const auto found = std::ranges::find(known, key, &std::pair<Known, PlacementCost>::first);
      if (alone && found != known.end()) {
        link.least = found->second;
        continue;
      }
      link.least = least_cost(model, i, link);
      known.emplace_back(key, link.least);
    }
  }
  return model;
}

} // namespace tilewright
