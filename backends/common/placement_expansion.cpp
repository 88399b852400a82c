#include "backends/common/placement_expansion.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace tilewright {

namespace {

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ (hash >> 29);
}

// Boxes that can change places: what is legal and what it costs stays the same. Twins with many edges are rare, and not
// looked for.
bool are_twins(const PlacementModel& model, int a, int b) {
  const auto& one = model.box(a);
  const auto& other = model.box(b);
  if (one.width != other.width || one.height != other.height || one.keep_out != other.keep_out) return false;
  if (one.may_overhang != other.may_overhang || one.anchor || other.anchor) return false;
  constexpr std::size_t most_links = 8;
  if (model.links_of(a).size() > most_links) return false;
  const auto same = [](const PlacementLink& x, const PlacementLink& y) {
    return x.other == y.other && x.leaves == y.leaves && x.may_abut == y.may_abut && x.edges == y.edges;
  };
  return std::ranges::is_permutation(model.links_of(a), model.links_of(b), same);
}

} // namespace

PlacementCosts::Entry& PlacementCosts::entry_of(PlacementKey key) {
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = static_cast<std::size_t>(key.low) & mask;
  while (entries_[at].cost != no_placement_cost && entries_[at].key != key)
    at = (at + 1) & mask;
  return entries_[at];
}

void PlacementCosts::grow() {
  const std::vector<Entry> before = std::exchange(entries_, std::vector<Entry>(entries_.size() * 4));
  for (const Entry& entry : before) {
    if (entry.cost != no_placement_cost) entry_of(entry.key) = entry;
  }
}

bool PlacementCosts::is_less(PlacementKey key, PlacementCost cost) {
  Entry& entry = entry_of(key);
  if (entry.cost <= cost) return false;
  const bool is_new = entry.cost == no_placement_cost;
  entry = {key, cost};
  if (is_new && ++used_ * 2 > entries_.size()) grow();
  return true;
}

PlacementTree::PlacementTree(const PlacementModel& model, const PlacementOrder& order)
    : model_(model), order_(order), twin_before_(order.boxes.size(), -1), open_until_(order.boxes.size(), -1),
      partial_(nothing_placed(model)) {
  std::vector<int> depth_of(model.boxes.size(), -1);
  for (std::size_t i = 0; i < order.boxes.size(); ++i)
    depth_of[static_cast<std::size_t>(order.boxes[i])] = static_cast<int>(i);
  for (std::size_t i = 0; i < order.boxes.size(); ++i) {
    for (const PlacementLink& link : model.links_of(order.boxes[i]))
      open_until_[i] = std::max(open_until_[i], depth_of[static_cast<std::size_t>(link.other)]);
    for (std::size_t before = i; before-- > 0 && twin_before_[i] < 0;) {
      if (!are_twins(model, order.boxes[before], order.boxes[i])) continue;
      twin_before_[i] = order.boxes[before];
      open_until_[before] = std::max(open_until_[before], static_cast<int>(i));
    }
  }
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
      budget.spend(model_.steps_of(waiting.box));
      place_costs(model_, partial_, waiting.box, waiting_costs_);
      waiting.best = cheapest_place(model_, free_places(model_, partial_, waiting.box), waiting_costs_, waiting.box);
      if (!waiting.best.exists) return false;
    }
    waiting_.push_back(waiting);
  }
  return true;
}

// Two nodes of a depth that cover the same tiles and hold the boxes with edges or twins to come at the same places have
// the same completions.
PlacementKey PlacementTree::key_of(int depth) const {
  PlacementKey key{static_cast<std::uint64_t>(depth), 0x6a09e667f3bcc909u};
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
    if (open_until_[static_cast<std::size_t>(i)] < depth) continue;
    const int box = order_.boxes[static_cast<std::size_t>(i)];
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
  budget.spend(1 + static_cast<std::int64_t>(order_.boxes.size()) / 8);
  if (!find_waiting(node.depth, budget)) return first_child;
  PlacementCost rest = order_.rest[depth];
  PlacementCost rest_edges = order_.rest_edges[depth];
  for (const Waiting& waiting : waiting_) {
    rest += (waiting.counted ? waiting.best.edge_cost : 0) + waiting.next_least;
    rest_edges += (waiting.counted ? waiting.best.cost : 0) + waiting.next_least;
  }
  const PlacementCost quick_rest = std::max(rest, rest_edges);

  budget.spend(model_.steps_of(next));
  const FreePlaces free = free_places(model_, partial_, next);
  place_costs(model_, partial_, next, costs_);
  const PlacementBoard board = partial_.board;
  // Of the ways to place twins, the one from the west to the east stands for all.
  const int twin = twin_before_[static_cast<std::size_t>(node.depth)];
  const Coordinate least = twin < 0 ? Coordinate{-1, 0} : partial_.places[static_cast<std::size_t>(twin)];
  const ColumnMask cheap = columns_below(costs_, limit - node.cost - quick_rest);
  const int last_row = model_.rows - model_.box(next).height;
  for (int row = 0; row <= last_row; ++row) {
    for (ColumnMask columns = free.columns[static_cast<std::size_t>(row)] & cheap; columns != 0;
         columns &= columns - 1) {
      const int column = lowest_column(columns);
      const Coordinate at{column, row};
      if (column < least.column || (column == least.column && row < least.row)) continue;
      const PlacementCost cost = node.cost + costs_.at_column(column) + costs_.by_row[static_cast<std::size_t>(row)] +
                                 model_.height_cost * row;
      PlacementCost bound = cost + quick_rest;
      if (bound >= limit) continue;
      budget.spend(1 + static_cast<std::int64_t>(waiting_.size()) / 16);
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
        budget.spend(model_.steps_of(waiting.box));
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
      const bool is_cheaper = seen_.is_less(key_of(node.depth + 1), cost);
      partial_.placed[static_cast<std::size_t>(next)] = 0;
      if (!is_cheaper) continue;
      nodes_.push_back(
          {index, static_cast<std::int16_t>(column), static_cast<std::int16_t>(row), node.depth + 1, cost, bound});
    }
  }
  partial_.board = board;
  return first_child;
}

} // namespace tilewright
