// The nodes of a placement search and how one is expanded.
#pragma once

#include "backends/common/placement_search.h"

#include <unordered_map>

namespace tilewright {

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
  struct Key {
    std::uint64_t low, high;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return static_cast<std::size_t>(key.low); }
  };

  void restore(int index);
  bool find_waiting(int depth, PlacementBudget& budget);
  Key key_of(int depth) const;

  const PlacementModel& model_;
  const PlacementOrder& order_;
  std::vector<int> depth_of_; // by box: its place in the order, or -1
  std::vector<PlacementNode> nodes_;
  std::unordered_map<Key, PlacementCost, KeyHash> seen_;
  PartialPlacement partial_;
  std::vector<Waiting> waiting_;
  PlaceCosts costs_;
  PlaceCosts waiting_costs_;
};

} // namespace tilewright
