// Large neighbourhood search: a few boxes are taken away and put back by branch and bound, again and again.
#pragma once

#include "backends/common/placement_board.h"

namespace tilewright {

struct ImproveStyle {
  std::uint64_t seed = 1;
  int most_removed = 10; // boxes taken away at a time
  int most_steps = 300;  // of the branch and bound that puts them back
  double heat = 8;       // how much dearer a step may be at first, in columns
  int noise_every = 1;   // every so many rounds, on average, places are tried in a blurred order of cost; 0: never
};
// Wide for the big moves, narrow for what is left then. Found by trials on chains, residual blocks and random graphs.
constexpr ImproveStyle wide_style{};
constexpr ImproveStyle narrow_style{.most_removed = 6, .most_steps = 60, .heat = 4, .noise_every = 3};

// Improves a legal placement (board columns) until the budget is spent or `bound` is reached.
PlacementCost improve_placement(const PlacementModel& model, std::vector<Coordinate>& places, PlacementCost bound,
                                PlacementBudget& budget, const ImproveStyle& style);

} // namespace tilewright
