// The nodes of a placement search and how one is expanded.
#pragma once

#include "backends/common/placement_search.h"

namespace tilewright {

// 128 bits of hash for what decides how a node can go on: two different ones among a million coincide with a chance of
// 1e-26.
struct PlacementKey {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const PlacementKey&) const = default;
};

// The least cost at which each key was reached.
class PlacementCosts {
public:
  // Whether `cost` is less than what the key was reached at before; it is remembered then.
  bool is_less(PlacementKey key, PlacementCost cost);

private:
  struct Entry {
    PlacementKey key;
    PlacementCost cost = no_placement_cost; // of an empty one
  };
  Entry& entry_of(PlacementKey key);
  void grow();

  std::vector<Entry> entries_ = std::vector<Entry>(1024); // a power of two, at most half of them used
  std::size_t used_ = 0;
};

struct PlacementNode {
  int parent = -1;
  std::int16_t column = 0; // of boxes[depth - 1]
  std::int16_t row = 0;
  std::int32_t depth = 0; // boxes placed
  PlacementCost cost = 0;
  PlacementCost bound = 0;
};

class PlacementTree {
public:
  PlacementTree(const PlacementModel& model, const PlacementOrder& order);

  const std::vector<PlacementNode>& nodes() const { return nodes_; }
  // Appends the children whose bound is below the limit and that no earlier node dominates; returns the first one's
  // index.
  int expand(int index, PlacementCost limit, PlacementBudget& budget);
  std::vector<Coordinate> places(int index) const;

private:
  struct Waiting {
    int box = 0;
    CheapestPlace best;           // given what is placed; unset if nothing it is connected to is
    bool counted = false;         // `best` is set
    bool adjacent = false;        // to the box that is placed next
    PlacementCost next_least = 0; // of the edges to it
  };
  void restore(int index);
  bool find_waiting(int depth, PlacementBudget& budget);
  PlacementKey key_of(int depth) const;

  const PlacementModel& model_;
  const PlacementOrder& order_;
  std::vector<int> twin_before_; // by depth: the last twin before it, a box; -1: none
  std::vector<int> open_until_;  // by depth: the last depth that asks where this box lies
  std::vector<PlacementNode> nodes_;
  PlacementCosts seen_;
  PartialPlacement partial_;
  std::vector<Waiting> waiting_;
  PlaceCosts costs_;
  PlaceCosts waiting_costs_;
};

} // namespace tilewright
