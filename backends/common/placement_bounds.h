// What no placement undercuts, and why none can exist.
#pragma once

#include "backends/common/placement_search.h"

#include <string>

namespace tilewright {

// A proof that no legal placement exists, in words; empty if this finds none.
std::string why_impossible(const PlacementModel& model);

// Raises the bounds on the boxes that come late in the order: runs of at most `longest` boxes that follow each other
// are solved on their own, best first, from the last to the first, each with the help of those before.
void improve_rest(const PlacementModel& model, PlacementOrder& order, int longest, PlacementBudget& budget);

} // namespace tilewright
