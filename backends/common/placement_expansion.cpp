#include "backends/common/placement_expansion.h"

#include <algorithm>
#include <bit>

namespace tilewright {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

} // namespace

PlacementTree::PlacementTree(const PlacementModel& model, const PlacementOrder& order)
    : model_(model), order_(order), depth_of_(model.boxes.size(), -1), partial_(nothing_placed(model)) {
  for (std::size_t i = 0; i < order.boxes.size(); ++i)
    depth_of_[static_cast<std::size_t>(order.boxes[i])] = static_cast<int>(i);
  nodes_.push_back({.bound = order.rest.front()});
}

std::vector<Coordinate> PlacementTree::places(int index) const {
  std::vector<Coordinate> result(model_.boxes.size());
  for (int i = index; nodes_[static_cast<std::size_t>(i)].depth > 0; i = nodes_[static_cast<std::size_t>(i)].parent) {
    const PlacementNode& node = nodes_[static_cast<std::size_t>(i)];
    result[static_cast<std::size_t>(order_.boxes[static_cast<std::size_t>(node.depth - 1)])] = {node.column, node.row};
  }
  return result;
}

// Nodes hold one place each; the board is rebuilt on the way up, which is cheaper than keeping it.
void PlacementTree::restore(int index) {
  std::ranges::fill(partial_.placed, 0);
  partial_.board = empty_board(model_);
  for (int i = index; nodes_[static_cast<std::size_t>(i)].depth > 0; i = nodes_[static_cast<std::size_t>(i)].parent) {
    const PlacementNode& node = nodes_[static_cast<std::size_t>(i)];
    put(model_, partial_, order_.boxes[static_cast<std::size_t>(node.depth - 1)], {node.column, node.row});
  }
}

// The boxes to come that have an edge to one that is placed or is placed next; false if one of them has no place left.
bool PlacementTree::find_waiting(int depth, PlacementBudget& budget) {
  waiting_.clear();
  const int next = order_.boxes[static_cast<std::size_t>(depth)];
  for (std::size_t i = static_cast<std::size_t>(depth) + 1; i < order_.boxes.size(); ++i) {
    Waiting waiting;
    waiting.box = order_.boxes[i];
    for (const PlacementLink& link : model_.links_of(waiting.box)) {
      if (link.other == next) {
        waiting.adjacent = true;
        waiting.next_least += link.least;
      } else if (partial_.placed[static_cast<std::size_t>(link.other)]) {
        waiting.counted = true;
      }
    }
    if (!waiting.counted && !waiting.adjacent) continue;
    if (waiting.counted) {
      budget.spend(1);
      place_costs(model_, partial_, waiting.box, waiting_costs_);
      waiting.best = cheapest_place(model_, free_places(model_, partial_, waiting.box), waiting_costs_, waiting.box);
      if (!waiting.best.exists) return false;
    }
    waiting_.push_back(waiting);
  }
  return true;
}

// Two nodes of a depth that cover the same tiles and hold the boxes with edges to come at the same places have the same
// completions. 128 bits of hash stand for that: two different ones among a million coincide with a chance of 1e-26.
PlacementTree::Key PlacementTree::key_of(int depth) const {
  Key key{static_cast<std::uint64_t>(depth), 0x6a09e667f3bcc909u};
  const auto add = [&](std::uint64_t value) {
    key.low = mixed(key.low, value);
    key.high = std::rotl(mixed(key.high, ~value), 23);
  };
  for (int row = 0; row < model_.rows; ++row) {
    const ColumnMask taken = partial_.board.taken[static_cast<std::size_t>(row)];
    add(static_cast<std::uint64_t>(taken));
    add(static_cast<std::uint64_t>(taken >> 64));
  }
  add(static_cast<std::uint64_t>(partial_.board.west * 4096 + partial_.board.east));
  for (int i = 0; i < depth; ++i) {
    const int box = order_.boxes[static_cast<std::size_t>(i)];
    const bool open = std::ranges::any_of(model_.links_of(box), [&](const PlacementLink& link) {
      return depth_of_[static_cast<std::size_t>(link.other)] >= depth;
    });
    if (!open) continue;
    const Coordinate at = partial_.places[static_cast<std::size_t>(box)];
    add(static_cast<std::uint64_t>((box * 4096 + at.column) * 64 + at.row));
  }
  return key;
}

int PlacementTree::expand(int index, PlacementCost limit, PlacementBudget& budget) {
  const int first_child = static_cast<int>(nodes_.size());
  const PlacementNode node = nodes_[static_cast<std::size_t>(index)];
  const int next = order_.boxes[static_cast<std::size_t>(node.depth)];
  const auto depth = static_cast<std::size_t>(node.depth) + 1;
  restore(index);
  if (!find_waiting(node.depth, budget)) return first_child;
  PlacementCost rest = order_.rest[depth];
  PlacementCost rest_edges = order_.rest_edges[depth];
  for (const Waiting& waiting : waiting_) {
    rest += (waiting.counted ? waiting.best.edge_cost : 0) + waiting.next_least;
    rest_edges += (waiting.counted ? waiting.best.cost : 0) + waiting.next_least;
  }
  const PlacementCost quick_rest = std::max(rest, rest_edges);

  budget.spend(1);
  const FreePlaces free = free_places(model_, partial_, next);
  place_costs(model_, partial_, next, costs_);
  const PlacementBoard board = partial_.board;
  const int last_row = model_.rows - model_.box(next).height;
  for (int row = 0; row <= last_row; ++row) {
    for (ColumnMask columns = free.columns[static_cast<std::size_t>(row)]; columns != 0; columns &= columns - 1) {
      const auto low = static_cast<std::uint64_t>(columns);
      const int column = low ? std::countr_zero(low) : 64 + std::countr_zero(static_cast<std::uint64_t>(columns >> 64));
      const Coordinate at{column, row};
      const PlacementCost cost = node.cost + costs_.at_column(column) + costs_.by_row[static_cast<std::size_t>(row)] +
                                 model_.height_cost * row;
      PlacementCost bound = cost + quick_rest;
      if (bound >= limit) continue;
      partial_.board = board;
      put(model_, partial_, next, at);
      PlacementCost by_edges = cost + order_.rest[depth];
      PlacementCost by_places = cost + order_.rest_edges[depth];
      bool possible = true;
      for (const Waiting& waiting : waiting_) {
        // The best place of before is still the best one if it is still free and the new box has no say in its cost.
        if (!waiting.adjacent && may_lie_together(model_, waiting.box, waiting.best.at, next, at)) {
          by_edges += waiting.best.edge_cost;
          by_places += waiting.best.cost;
          continue;
        }
        budget.spend(1);
        place_costs(model_, partial_, waiting.box, waiting_costs_);
        const CheapestPlace best =
            cheapest_place(model_, free_places(model_, partial_, waiting.box), waiting_costs_, waiting.box);
        possible = best.exists;
        if (!possible) break;
        by_edges += best.edge_cost;
        by_places += best.cost;
      }
      partial_.placed[static_cast<std::size_t>(next)] = 0;
      bound = std::max({node.bound, by_edges, by_places});
      if (!possible || bound >= limit) continue;
      partial_.placed[static_cast<std::size_t>(next)] = 1;
      const auto [known, is_new] = seen_.try_emplace(key_of(node.depth + 1), cost);
      partial_.placed[static_cast<std::size_t>(next)] = 0;
      if (!is_new) {
        if (known->second <= cost) continue;
        known->second = cost;
      }
      nodes_.push_back(
          {index, static_cast<std::int16_t>(column), static_cast<std::int16_t>(row), node.depth + 1, cost, bound});
    }
  }
  partial_.board = board;
  return first_child;
}

} // namespace tilewright
