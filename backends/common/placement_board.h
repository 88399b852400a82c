// The array with some boxes on it, as bit masks: where another box may lie, and where it costs least.
#pragma once

#include "backends/common/placement_model.h"

#include <bit>

namespace tilewright {

using ColumnMask = unsigned __int128; // bit c: board column c. Twice the widest array fits.

// The lowest column of a mask that is not empty.
inline int lowest_column(ColumnMask mask) {
  const auto low = static_cast<std::uint64_t>(mask);
  return low ? std::countr_zero(low) : 64 + std::countr_zero(static_cast<std::uint64_t>(mask >> 64));
}

struct PlacementBoard {
  std::array<ColumnMask, most_placement_rows> taken{}; // boxes with their keep-outs
  int west = 0; // westmost column that must be on the array, and one past the eastmost;
  int east = 0; // with anchors the array's ends
  bool empty = true;
};

// An empty board for the model.
PlacementBoard empty_board(const PlacementModel& model);

void put(const PlacementModel& model, PlacementBoard& board, int box, Coordinate at);

// What is placed so far: the board, and the places of the boxes that are on it.
struct PartialPlacement {
  PlacementBoard board;
  std::vector<Coordinate> places;
  std::vector<char> placed; // by box
};

PartialPlacement nothing_placed(const PlacementModel& model);
void put(const PlacementModel& model, PartialPlacement& partial, int box, Coordinate at);
// Takes boxes away: the board is built anew.
void rebuild_board(const PlacementModel& model, PartialPlacement& partial);

struct FreePlaces {
  std::array<ColumnMask, most_placement_rows> columns; // by row of the box's lowest tiles
};

// Where `box` may lie among those placed.
FreePlaces free_places(const PlacementModel& model, const PartialPlacement& partial, int box);

// What `box` adds to the cost at a place: the edges to placed boxes, and its height. Columns and rows add up
// separately.
struct PlaceCosts {
  std::vector<std::pair<int, PlacementCost>> faces; // column at which an edge costs nothing, and the edge's weight
  std::array<PlacementCost, most_placement_rows> by_row{}; // edges only
  int middle = 0;                                          // a column of least cost
  PlacementCost at_column(int column) const {
    PlacementCost cost = 0;
    for (const auto& [face, weight] : faces)
      cost += weight * (column > face ? column - face : face - column);
    return cost;
  }
};
void place_costs(const PlacementModel& model, const PartialPlacement& partial, int box, PlaceCosts& costs);

// The columns at which the edges cost less than `limit`.
ColumnMask columns_below(const PlaceCosts& costs, PlacementCost limit);

struct CheapestPlace {
  bool exists = false;
  Coordinate at;
  PlacementCost cost = no_placement_cost;      // with its height
  PlacementCost edge_cost = no_placement_cost; // least cost of edges alone, maybe at another place
};
CheapestPlace cheapest_place(const PlacementModel& model, const FreePlaces& free, const PlaceCosts& costs, int box);

// Array coordinates: the placement moved as far west as it may go.
std::vector<Coordinate> on_the_array(const PlacementModel& model, std::vector<Coordinate> places);
// The opposite: board columns in which other boxes can come to lie on either side.
std::vector<Coordinate> on_the_board(const PlacementModel& model, std::vector<Coordinate> places);

} // namespace tilewright
