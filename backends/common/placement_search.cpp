#include "backends/common/placement_search.h"

#include "backends/common/placement_expansion.h"

#include <algorithm>
#include <queue>

namespace tilewright {

namespace {

constexpr std::size_t most_nodes = 2'000'000; // 80 MB

} // namespace

PlacementOrder placement_order(const PlacementModel& model, std::vector<int> boxes) {
  PlacementOrder order;
  order.boxes = std::move(boxes);
  order.rest_edges.assign(order.boxes.size() + 1, 0);
  std::vector<char> later(model.boxes.size(), 0);
  for (std::size_t i = order.boxes.size(); i-- > 0;) {
    order.rest_edges[i] = order.rest_edges[i + 1];
    for (const PlacementLink& link : model.links_of(order.boxes[i])) {
      if (later[static_cast<std::size_t>(link.other)]) order.rest_edges[i] += link.least;
    }
    later[static_cast<std::size_t>(order.boxes[i])] = 1;
  }
  order.rest = order.rest_edges;
  return order;
}

std::vector<int> connected_order(const PlacementModel& model, int first) {
  std::vector<int> order;
  std::vector<int> edges(model.boxes.size(), 0); // to boxes in the order; -1: is in it
  std::vector<int> age(model.boxes.size(), 0);   // when the first of them came
  const auto choose = [&](int box) {
    order.push_back(box);
    edges[static_cast<std::size_t>(box)] = -1;
    for (const PlacementLink& link : model.links_of(box)) {
      int& count = edges[static_cast<std::size_t>(link.other)];
      if (count < 0) continue;
      if (count++ == 0) age[static_cast<std::size_t>(link.other)] = static_cast<int>(order.size());
    }
  };
  // Anchored boxes first: they are where they are, and bound the others from the start.
  for (int box = 0; box < model.count(); ++box) {
    if (model.box(box).anchor) choose(box);
  }
  if (order.empty() && model.count() > 0) choose(first);
  while (static_cast<int>(order.size()) < model.count()) {
    int best = -1;
    const auto rank = [&](int box) {
      // Then the one that leaves the fewest edges open, then the one that has waited longest.
      const int own = edges[static_cast<std::size_t>(box)];
      const int open = static_cast<int>(model.links_of(box).size()) - own;
      return std::array<int, 3>{-own, open, age[static_cast<std::size_t>(box)]};
    };
    for (int box = 0; box < model.count(); ++box) {
      if (edges[static_cast<std::size_t>(box)] < 0) continue;
      if (best < 0 || rank(box) < rank(best)) best = box;
    }
    choose(best);
  }
  return order;
}

SearchOutcome search_best_first(const PlacementModel& model, const PlacementOrder& order, PlacementCost limit,
                                PlacementBudget& budget) {
  SearchOutcome outcome;
  PlacementTree tree(model, order);
  const auto later = [&](int a, int b) {
    const PlacementNode& x = tree.nodes()[static_cast<std::size_t>(a)];
    const PlacementNode& y = tree.nodes()[static_cast<std::size_t>(b)];
    if (x.bound != y.bound) return x.bound > y.bound;
    if (x.depth != y.depth) return x.depth < y.depth;
    return a > b;
  };
  std::priority_queue<int, std::vector<int>, decltype(later)> open(later);
  open.push(0);
  while (!open.empty()) {
    const int index = open.top();
    const PlacementNode node = tree.nodes()[static_cast<std::size_t>(index)];
    outcome.bound = node.bound;
    if (node.bound >= limit) break;
    if (node.depth == static_cast<int>(order.boxes.size())) {
      outcome.found = true;
      outcome.exhausted = true;
      outcome.cost = node.cost;
      outcome.places = tree.places(index);
      return outcome;
    }
    if (budget.is_spent() || tree.nodes().size() > most_nodes) return outcome;
    open.pop();
    const int first = tree.expand(index, limit, budget);
    for (int child = first; child < static_cast<int>(tree.nodes().size()); ++child)
      open.push(child);
  }
  outcome.bound = limit;
  outcome.exhausted = true;
  return outcome;
}

SearchOutcome search_beam(const PlacementModel& model, const PlacementOrder& order, PlacementCost limit, int width,
                          PlacementBudget& budget) {
  SearchOutcome outcome;
  outcome.bound = limit;
  const std::int64_t steps = budget.left();
  PlacementTree tree(model, order);
  std::vector<int> level{0};
  for (std::size_t depth = 0; depth < order.boxes.size(); ++depth) {
    std::vector<int> children;
    // Every level gets its share of what is left; states it does not suffice for are dropped. One is always expanded,
    // so that there is an answer in the end, until twice the budget is spent.
    const std::int64_t share = budget.left() - budget.left() / static_cast<std::int64_t>(order.boxes.size() - depth);
    for (const int index : level) {
      if (budget.is_spent() || budget.left() < share || tree.nodes().size() > most_nodes) {
        if (!children.empty()) {
          outcome.bound = std::min(outcome.bound, tree.nodes()[static_cast<std::size_t>(index)].bound);
          break;
        }
        if (budget.is_late() || budget.left() < -steps) {
          outcome.bound = order.rest.front();
          break;
        }
      }
      const int first = tree.expand(index, limit, budget);
      for (int child = first; child < static_cast<int>(tree.nodes().size()); ++child)
        children.push_back(child);
    }
    const auto better = [&](int a, int b) {
      const PlacementNode& x = tree.nodes()[static_cast<std::size_t>(a)];
      const PlacementNode& y = tree.nodes()[static_cast<std::size_t>(b)];
      if (x.bound != y.bound) return x.bound < y.bound;
      return x.cost != y.cost ? x.cost > y.cost : a < b;
    };
    const auto kept = std::min(children.size(), static_cast<std::size_t>(width) + 1);
    std::ranges::partial_sort(children, children.begin() + static_cast<std::ptrdiff_t>(kept), better);
    if (static_cast<int>(children.size()) > width) {
      outcome.bound = std::min(outcome.bound,
                               tree.nodes()[static_cast<std::size_t>(children[static_cast<std::size_t>(width)])].bound);
      children.resize(static_cast<std::size_t>(width));
    }
    level = std::move(children);
  }
  outcome.exhausted = outcome.bound == limit;
  if (!level.empty()) {
    const PlacementNode& node = tree.nodes()[static_cast<std::size_t>(level.front())];
    outcome.found = true;
    outcome.cost = node.cost;
    outcome.bound = std::min(outcome.bound, node.cost);
    outcome.exhausted = outcome.bound == node.cost;
    outcome.places = tree.places(level.front());
  }
  return outcome;
}

} // namespace tilewright
