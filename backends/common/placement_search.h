// Searches that put boxes on the array one after another in a given order. Every partial placement has a bound that no
// completion of it undercuts, edges between boxes not placed yet included.
#pragma once

#include "backends/common/placement_board.h"

namespace tilewright {

// Which boxes are placed, in which order, and what is known about those that come late. The boxes may be some of the
// model's; edges to others are ignored, so that the least cost bounds that of any placement of the model.
struct PlacementOrder {
  std::vector<int> boxes;
  // By depth, with one more at the end: no legal placement of boxes[depth..] costs less.
  std::vector<PlacementCost> rest;       // with heights
  std::vector<PlacementCost> rest_edges; // without
};

// The order with the least bounds there are: the sums of PlacementLink::least.
PlacementOrder placement_order(const PlacementModel& model, std::vector<int> boxes);

// Boxes next to each other in the graph follow each other: from `first`, always the one with the most edges to those
// already chosen.
std::vector<int> connected_order(const PlacementModel& model, int first);

struct SearchOutcome {
  bool found = false; // a placement below the limit
  PlacementCost cost = no_placement_cost;
  std::vector<Coordinate> places; // in board columns, by box of the model
  // No legal placement costs less than this, or than the limit.
  PlacementCost bound = 0;
  bool exhausted = false; // every placement below the limit was considered
};

// Best first: the most the bounds can prove with the budget. Finds a cheapest placement if it ends.
SearchOutcome search_best_first(const PlacementModel& model, const PlacementOrder& order, PlacementCost limit,
                                PlacementBudget& budget);

// Level by level, keeping the `width` most promising: finds good placements fast. If nothing had to be dropped it was
// exhaustive.
SearchOutcome search_beam(const PlacementModel& model, const PlacementOrder& order, PlacementCost limit, int width,
                          PlacementBudget& budget);

} // namespace tilewright
