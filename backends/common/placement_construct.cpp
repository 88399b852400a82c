#include "backends/common/placement_construct.h"

#include "backends/common/placement_search.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

// The westmost free place; of those the one with the least free room below and above, then the lowest.
bool westmost_place(const PlacementModel& model, const FreePlaces& free, int box, Coordinate& at) {
  bool found = false;
  for (int row = 0; row + model.box(box).height <= model.rows; ++row) {
    const ColumnMask columns = free.columns[static_cast<std::size_t>(row)];
    if (columns == 0) continue;
    const int column = lowest_column(columns);
    if (found && column >= at.column) continue;
    at = {column, row};
    found = true;
  }
  return found;
}

// Shelf by shelf: the lowest row with a free place, and its westmost one.
bool lowest_place(const PlacementModel& model, const FreePlaces& free, int box, Coordinate& at) {
  for (int row = 0; row + model.box(box).height <= model.rows; ++row) {
    const ColumnMask columns = free.columns[static_cast<std::size_t>(row)];
    if (columns == 0) continue;
    at = {lowest_column(columns), row};
    return true;
  }
  return false;
}

// Neighbours that abut stand in rows like this, without gaps.
bool fill_shelves(const PlacementModel& model, const std::vector<int>& order, PlacementBudget& budget,
                  std::vector<Coordinate>& places) {
  PartialPlacement partial = nothing_placed(model);
  for (const int box : order) {
    budget.spend(model.steps_of(box));
    Coordinate at;
    if (!lowest_place(model, free_places(model, partial, box), box, at)) return false;
    put(model, partial, box, at);
  }
  places = partial.places;
  return true;
}

} // namespace

bool place_greedily(const PlacementModel& model, const std::vector<int>& order, PlacementBudget& budget,
                    std::vector<Coordinate>& places, int& stuck) {
  PartialPlacement partial = nothing_placed(model);
  PlaceCosts costs;
  for (const int box : order) {
    budget.spend(model.steps_of(box));
    place_costs(model, partial, box, costs);
    const CheapestPlace best = cheapest_place(model, free_places(model, partial, box), costs, box);
    stuck = box;
    if (!best.exists) return false;
    put(model, partial, box, best.at);
  }
  places = partial.places;
  return true;
}

bool pack_from_west(const PlacementModel& model, PlacementBudget& budget, std::vector<Coordinate>& places) {
  std::vector<int> order(model.boxes.size());
  std::iota(order.begin(), order.end(), 0);
  // Anchored boxes leave no choice; high ones leave little.
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](int box) {
    const auto& shape = model.box(box);
    return std::array<int, 3>{shape.anchor.has_value(), shape.height, shape.width};
  });
  PlacementModel fixed = model; // packed against the array's west end, as if something were anchored there
  fixed.anchored = true;
  for (const int first : {0, model.count() - 1}) {
    if (fill_shelves(fixed, connected_order(model, first), budget, places)) return true;
  }
  PlacementRandom random(1);
  while (!budget.is_spent()) {
    PartialPlacement partial = nothing_placed(fixed);
    std::size_t done = 0;
    for (; done < order.size(); ++done) {
      const int box = order[done];
      budget.spend(model.steps_of(box));
      Coordinate at;
      if (!westmost_place(fixed, free_places(fixed, partial, box), box, at)) break;
      put(fixed, partial, box, at);
    }
    if (done == order.size()) {
      places = partial.places;
      return true;
    }
    // Forward with the one that failed, and a random exchange so that no order comes twice in a row.
    const std::size_t to = static_cast<std::size_t>(random.below(static_cast<int>(done) + 1));
    std::rotate(order.begin() + static_cast<std::ptrdiff_t>(to), order.begin() + static_cast<std::ptrdiff_t>(done),
                order.begin() + static_cast<std::ptrdiff_t>(done) + 1);
    const auto any = [&] { return static_cast<std::size_t>(random.below(static_cast<int>(order.size()))); };
    std::swap(order[any()], order[any()]);
    std::ranges::stable_partition(order, [&](int box) { return model.box(box).anchor.has_value(); });
  }
  return false;
}

} // namespace tilewright
