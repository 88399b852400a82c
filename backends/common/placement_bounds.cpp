#include "backends/common/placement_bounds.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// What keep-outs can save where boxes abut: a box abuts one producer at most, and one box a producer. `height_of` is
// the height that counts.
template <class HeightFunction> std::int64_t most_saved(const PlacementModel& model, HeightFunction height_of) {
  std::int64_t by_target = 0;
  std::int64_t by_source = 0;
  for (int box = 0; box < model.count(); ++box) {
    std::int64_t as_target = 0;
    std::int64_t as_source = 0;
    for (const PlacementLink& link : model.links_of(box)) {
      if (!link.may_abut) continue;
      const int target = link.leaves ? link.other : box;
      std::int64_t& best = link.leaves ? as_source : as_target;
      best = std::max<std::int64_t>(best, static_cast<std::int64_t>(model.box(target).keep_out) * height_of(target));
    }
    by_target += as_target;
    by_source += as_source;
  }
  return std::min(by_target, by_source);
}

// Boxes are disjoint on the array and as many columns to its west as keep-outs may hang over. Sums of their areas in
// which heights are replaced by a dual feasible function of the height (what fits side by side still does, and none of
// them makes a stack that fits higher than the array) prove that there is no room: u(h) = h, and for each t <= rows / 2
// the function that counts heights above rows - t as the whole array and forgets those below t.
std::string why_no_room(const PlacementModel& model) {
  int overhang = 0;
  for (int box = 0; box < model.count(); ++box) {
    overhang = std::max(overhang, model.box(box).keep_out - model.margin(box));
  }
  const std::int64_t room = static_cast<std::int64_t>(model.columns + overhang) * model.rows;
  for (int least = 0; 2 * least <= model.rows; ++least) {
    const auto height_of = [&](int box) {
      const int height = model.box(box).height;
      return height > model.rows - least ? model.rows : height < least ? 0 : height;
    };
    std::int64_t need = -most_saved(model, height_of);
    for (int box = 0; box < model.count(); ++box) {
      need += static_cast<std::int64_t>(model.box(box).width + model.box(box).keep_out) * height_of(box);
    }
    if (need > room) {
      return fmt::format("the layers need at least {} tiles with their keep-outs{}, and the array has room for {}",
                         need, least > 0 ? " and the rows that nothing fits into" : "", room);
    }
  }
  return {};
}

bool is_connected(const PlacementModel& model, const std::vector<int>& boxes) {
  std::vector<int> reached{boxes.front()};
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const PlacementLink& link : model.links_of(reached[i])) {
      if (std::ranges::find(boxes, link.other) == boxes.end()) continue;
      if (std::ranges::find(reached, link.other) == reached.end()) reached.push_back(link.other);
    }
  }
  return reached.size() == boxes.size();
}

} // namespace

std::string why_impossible(const PlacementModel& model) {
  PartialPlacement anchored = nothing_placed(model);
  for (int box = 0; box < model.count(); ++box) {
    const auto& shape = model.box(box);
    if (shape.width + model.margin(box) > model.columns || shape.height > model.rows) {
      return fmt::format("layer {} is {} x {} tiles, and the array {} x {}", box, shape.width, shape.height,
                         model.columns, model.rows);
    }
    if (!shape.anchor) continue;
    const Coordinate at = *shape.anchor;
    if (at.column < model.margin(box) || at.column + shape.width > model.columns || at.row < 0 ||
        at.row + shape.height > model.rows) {
      return fmt::format("layer {}'s anchor ({}, {}) is not on the array", box, at.column, at.row);
    }
    for (int other = 0; other < box; ++other) {
      if (!model.box(other).anchor || may_lie_together(model, box, at, other, *model.box(other).anchor)) continue;
      return fmt::format("the anchors of layers {} and {} overlap", other, box);
    }
  }
  return why_no_room(model);
}

void improve_rest(const PlacementModel& model, PlacementOrder& order, int longest, PlacementBudget& budget) {
  const int count = static_cast<int>(order.boxes.size());
  std::vector<int> depth_of(model.boxes.size(), count);
  for (int i = 0; i < count; ++i)
    depth_of[static_cast<std::size_t>(order.boxes[static_cast<std::size_t>(i)])] = i;
  // Least cost of the edges between boxes[first] and boxes[first + 1 .. end - 1].
  const auto edges_into = [&](int first, int end) {
    PlacementCost sum = 0;
    for (const PlacementLink& link : model.links_of(order.boxes[static_cast<std::size_t>(first)])) {
      const int other = depth_of[static_cast<std::size_t>(link.other)];
      if (other > first && other < end) sum += link.least;
    }
    return sum;
  };
  // bounds[first][length]: of the run of `length` boxes from `first`.
  std::vector<std::vector<PlacementCost>> bounds(static_cast<std::size_t>(count) + 1,
                                                 std::vector<PlacementCost>(static_cast<std::size_t>(longest) + 1, 0));
  std::vector<PlacementCost>& rest = order.rest;
  for (int first = count - 1; first >= 0; --first) {
    const auto at = static_cast<std::size_t>(first);
    rest[at] = std::max(rest[at], rest[at + 1] + edges_into(first, count));
    for (int length = 2; length <= longest && first + length <= count; ++length) {
      const auto size = static_cast<std::size_t>(length);
      const int end = first + length;
      PlacementCost& bound = bounds[at][size];
      bound = std::max(
          bounds[at][size - 1] +
              [&] {
                PlacementCost sum = 0; // the edges of the last one
                for (const PlacementLink& link : model.links_of(order.boxes[static_cast<std::size_t>(end - 1)])) {
                  const int other = depth_of[static_cast<std::size_t>(link.other)];
                  if (other >= first && other < end - 1) sum += link.least;
                }
                return sum;
              }(),
          bounds[at + 1][size - 1] + edges_into(first, end));
      std::vector<int> boxes(order.boxes.begin() + first, order.boxes.begin() + end);
      if (!budget.is_spent() && is_connected(model, boxes)) {
        PlacementOrder run = placement_order(model, std::move(boxes));
        for (std::size_t i = 0; i <= size; ++i) {
          if (i > 0) run.rest[i] = std::max(run.rest[i], bounds[at + i][size - i]);
        }
        run.rest[0] = std::max(run.rest[0], bound);
        PlacementBudget share(std::min<std::int64_t>(budget.left(), 4000), budget.deadline());
        const std::int64_t before = share.left();
        bound = std::max(bound, search_best_first(model, run, no_placement_cost, share).bound);
        budget.spend(before - share.left());
        if (bound >= no_placement_cost) { // these boxes alone have no legal placement
          std::fill(rest.begin(), rest.begin() + first + 1, no_placement_cost);
          return;
        }
      }
      // The run, the boxes after it, and the edges between them.
      PlacementCost across = 0;
      for (int i = first; i < end; ++i)
        across += edges_into(i, count) - edges_into(i, end);
      rest[at] = std::max(rest[at], bound + across + rest[static_cast<std::size_t>(end)]);
    }
  }
}

} // namespace tilewright
