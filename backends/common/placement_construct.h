// First placements: quick, legal, and a start for the other methods.
#pragma once

#include "backends/common/placement_board.h"

namespace tilewright {

// Boxes in the given order, each at its cheapest free place; false if one found none (then `stuck` is set to it).
bool place_greedily(const PlacementModel& model, const std::vector<int>& order, PlacementBudget& budget,
                    std::vector<Coordinate>& places, int& stuck);

// Packed from the west without regard to cost, for problems that hardly fit. What does not fit in one attempt comes
// earlier in the next.
bool pack_from_west(const PlacementModel& model, PlacementBudget& budget, std::vector<Coordinate>& places);

} // namespace tilewright
