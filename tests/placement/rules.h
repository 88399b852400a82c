// The rules of placement once more, tile by tile, and the cheapest placement by trying all: what tests judge answers
// by.
#pragma once

#include "backends/common/placement.h"

#include <optional>
#include <string>

namespace tilewright::testing {

// What is illegal about the placement; empty if nothing is.
std::string illegal(const PlacementProblem& problem, const std::vector<Coordinate>& places);

// The cost by its definition.
double cost_by_definition(const PlacementProblem& problem, const std::vector<Coordinate>& places);

// The least cost of all legal placements; nullopt if there is none. For a handful of boxes on a small array.
std::optional<double> least_cost_of_all(const PlacementProblem& problem);

} // namespace tilewright::testing
