// The order in which the methods are tried; docs/placement.md says why.
#include "backends/common/placement.h"

#include "backends/common/placement_bounds.h"
#include "backends/common/placement_construct.h"
#include "backends/common/placement_improve.h"
#include "backends/common/placement_search.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

using Clock = std::chrono::steady_clock;

// Of more boxes too little is placed at a time for bounds to tell good from bad.
constexpr int most_searched_boxes = 128;

// Steps of work; a step takes 0.1 to 0.3 microseconds.
struct Plan {
  std::int64_t pack = 0;    // until a tight problem is given up
  std::int64_t improve = 0; // large neighbourhood search, in all
  std::int64_t bounds = 0;  // of runs of boxes, for each order
  std::int64_t search = 0;  // each beam and best-first search
  int roots = 0;            // boxes at which orders start
  int starts = 0;           // independent improvements
  int width = 0;            // of the beam
  int run = 0;              // longest run of boxes solved for a bound
};

Plan plan_of(PlacementEffort effort) {
  switch (effort) {
  case PlacementEffort::quick:
    return {.pack = 40'000, .improve = 6'000, .roots = 4, .starts = 1};
  case PlacementEffort::normal:
    return {.pack = 400'000,
            .improve = 2'200'000,
            .bounds = 80'000,
            .search = 400'000,
            .roots = 64,
            .starts = 6,
            .width = 120,
            .run = 7};
  case PlacementEffort::full:
    return {.pack = 4'000'000,
            .improve = 9'000'000,
            .bounds = 2'200'000,
            .search = 3'000'000,
            .roots = 64,
            .starts = 8,
            .width = 600,
            .run = 9};
  }
  return {};
}

class Solver {
public:
  Solver(const PlacementModel& model, const Plan& plan, Clock::time_point deadline)
      : model_(model), plan_(plan), deadline_(deadline) {}

  void run() {
    construct();
    if (searches() && !is_done()) {
      for (const std::vector<int>& boxes : search_orders()) {
        if (is_done()) break;
        bounded_.push_back(bounded_order(boxes));
        const PlacementOrder& order = bounded_.back();
        raise(order.rest.front());
        // Small problems end here.
        if (bounded_.size() == 1 && is_within_reach()) best_first(order, plan_.search / 4);
        beam(order);
      }
    }
    if (!has_placement() && !impossible_) pack();
    if (!has_placement()) return;
    improve();
    if (searches() && !is_done() && is_within_reach()) {
      // With the best cost known, fewer nodes are open. The order with the best bounds proves most.
      const auto order =
          std::ranges::max_element(bounded_, {}, [](const PlacementOrder& each) { return each.rest.front(); });
      best_first(*order, is_gap_small() ? 3 * plan_.search : plan_.search);
    }
  }

  bool has_placement() const { return !places_.empty(); }
  bool is_done() const { return impossible_ || (has_placement() && bound_ >= cost_); }
  bool is_impossible() const { return impossible_; }
  bool is_late() const { return late_; }
  PlacementCost cost() const { return cost_; }
  PlacementCost bound() const { return std::min(bound_, cost_); }
  const std::vector<Coordinate>& places() const { return places_; }

private:
  bool searches() const { return plan_.search > 0 && model_.count() <= most_searched_boxes; }
  bool is_gap_small() const { return has_placement() && cost_ - bound_ <= cost_ / 8; }
  // Whether best first may end.
  bool is_within_reach() const {
    constexpr int few = 16;
    return model_.count() <= few || is_gap_small();
  }
  void note(const PlacementBudget& budget) { late_ |= budget.is_late(); }
  void raise(PlacementCost bound) {
    bound_ = std::max(bound_, bound);
    if (bound_ >= no_placement_cost) impossible_ = true;
  }
  void offer(std::vector<Coordinate> places) {
    const PlacementCost cost = total_cost(model_, places);
    if (has_placement() && cost >= cost_) return;
    cost_ = cost;
    places_ = std::move(places);
  }
  PlacementCost limit() const { return has_placement() ? cost_ : no_placement_cost; }

  // Greedy placements along connected orders from many boxes; the best orders first.
  void construct() {
    PlacementBudget budget(no_placement_cost, deadline_);
    std::vector<std::pair<PlacementCost, std::vector<int>>> ranked;
    // Many boxes: few orders, for each takes a time that grows with their square.
    constexpr std::int64_t most_comparisons = 4'000'000;
    const std::int64_t count = model_.count();
    const auto affordable = static_cast<int>(std::clamp<std::int64_t>(most_comparisons / (count * count), 1, count));
    const int roots = std::min(affordable, plan_.roots);
    std::vector<Coordinate> places;
    int stuck = 0;
    const auto attempt = [&](std::vector<int> order) {
      PlacementCost cost = no_placement_cost;
      if (place_greedily(model_, order, budget, places, stuck)) {
        cost = total_cost(model_, places);
        offer(places);
      }
      ranked.emplace_back(cost, std::move(order));
    };
    for (int i = 0; i < roots; ++i)
      attempt(connected_order(model_, i * model_.count() / roots));
    std::vector<int> given(model_.boxes.size());
    std::iota(given.begin(), given.end(), 0);
    if (!model_.anchored) attempt(std::move(given));
    std::ranges::stable_sort(ranked, {}, &std::pair<PlacementCost, std::vector<int>>::first);
    for (auto& [cost, order] : ranked) {
      if (std::ranges::find(orders_, order) == orders_.end()) orders_.push_back(std::move(order));
    }
    const PlacementOrder order = placement_order(model_, orders_.front());
    raise(order.rest.front());
  }

  PlacementOrder bounded_order(const std::vector<int>& boxes) {
    PlacementOrder order = placement_order(model_, boxes);
    PlacementBudget budget(plan_.bounds, deadline_);
    improve_rest(model_, order, plan_.run, budget);
    note(budget);
    return order;
  }

  void take(const SearchOutcome& outcome) {
    if (outcome.found) offer(outcome.places);
    raise(outcome.bound);
  }

  void best_first(const PlacementOrder& order, std::int64_t steps) {
    if (is_done()) return;
    PlacementBudget budget(steps, deadline_);
    take(search_best_first(model_, order, limit(), budget));
    note(budget);
  }

  // The best for greedy placement, and those that begin at either end of the network.
  std::vector<std::vector<int>> search_orders() const {
    std::vector<std::vector<int>> orders{orders_.front()};
    for (const int root : {0, model_.count() - 1}) {
      std::vector<int> order = connected_order(model_, root);
      if (std::ranges::find(orders, order) == orders.end()) orders.push_back(std::move(order));
    }
    return orders;
  }

  void pack() {
    PlacementBudget budget(plan_.pack, deadline_);
    std::vector<Coordinate> places;
    if (pack_from_west(model_, budget, places)) offer(on_the_board(model_, std::move(places)));
    note(budget);
  }

  void beam(const PlacementOrder& order) {
    if (is_done()) return;
    PlacementBudget budget(plan_.search, deadline_);
    take(search_beam(model_, order, limit(), plan_.width, budget));
    note(budget);
  }

  void improve() {
    for (int start = 0; start < plan_.starts && !is_done(); ++start) {
      // Where a proof is near, half of the work goes there.
      const std::int64_t steps = searches() && is_gap_small() ? plan_.improve / 2 : plan_.improve;
      PlacementBudget budget(steps / plan_.starts, deadline_);
      std::vector<Coordinate> places = places_;
      ImproveStyle style = plan_.starts == 1 || start % 3 == 2 ? narrow_style : wide_style;
      style.seed = static_cast<std::uint64_t>(start) + 1;
      improve_placement(model_, places, bound_, budget, style);
      offer(std::move(places));
      note(budget);
    }
  }

  const PlacementModel& model_;
  Plan plan_;
  Clock::time_point deadline_;
  std::vector<std::vector<int>> orders_;
  std::vector<PlacementOrder> bounded_; // with bounds on their ends
  std::vector<Coordinate> places_;      // in board columns
  PlacementCost cost_ = no_placement_cost;
  PlacementCost bound_ = 0;
  bool impossible_ = false;
  bool late_ = false;
};

std::string what_is_wrong(const PlacementProblem& problem) {
  if (problem.columns < 1 || problem.rows < 1 || problem.columns > most_placement_columns ||
      problem.rows > most_placement_rows) {
    return fmt::format("an array of {} columns and {} rows; at most {} and {}", problem.columns, problem.rows,
                       most_placement_columns, most_placement_rows);
  }
  const auto is_cost = [](double value) { return std::isfinite(value) && value >= 0 && value <= 1e6; };
  if (!is_cost(problem.lambda) || !is_cost(problem.mu)) return "a cost that is negative or above a million";
  const int count = static_cast<int>(problem.boxes.size());
  for (int i = 0; i < count; ++i) {
    const auto& box = problem.boxes[static_cast<std::size_t>(i)];
    if (box.width < 1 || box.height < 1 || box.keep_out < 0) return fmt::format("layer {} has no size", i);
    if (box.producer >= count || box.producer == i) return fmt::format("layer {} reads no other layer", i);
  }
  for (const PlacementEdge& edge : problem.edges) {
    if (std::min(edge.source, edge.target) < 0 || std::max(edge.source, edge.target) >= count ||
        edge.source == edge.target) {
      return fmt::format("an edge from layer {} to layer {} of {}", edge.source, edge.target, count);
    }
  }
  return {};
}

} // namespace

double placement_cost(const PlacementProblem& problem, const std::vector<Coordinate>& places) {
  std::int64_t across = 0;
  std::int64_t between = 0;
  std::int64_t height = 0;
  const PlacementModel model = placement_model(problem);
  for (const PlacementEdge& edge : model.edges) {
    const Coordinate from = places[static_cast<std::size_t>(edge.source)];
    const Coordinate to = places[static_cast<std::size_t>(edge.target)];
    across += std::abs(from.column + model.box(edge.source).width - 1 - to.column);
    between += std::max({0, to.row - (from.row + model.box(edge.source).height - 1),
                         from.row - (to.row + model.box(edge.target).height - 1)});
  }
  for (const Coordinate& at : places)
    height += at.row;
  return static_cast<double>(across) + problem.lambda * static_cast<double>(between) +
         problem.mu * static_cast<double>(height);
}

PlacementResult solve_placement(const PlacementProblem& problem, const PlacementOptions& options) {
  const auto start = Clock::now();
  PlacementResult result;
  const auto finished = [&]() -> PlacementResult& {
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return result;
  };
  result.reason = what_is_wrong(problem);
  if (!result.reason.empty()) return finished();
  if (problem.boxes.empty()) {
    result.feasible = result.optimal = true;
    return finished();
  }
  const PlacementModel model = placement_model(problem);
  result.reason = why_impossible(model);
  result.impossible = !result.reason.empty();
  if (result.impossible) return finished();
  const auto limit = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(std::clamp(options.most_seconds, 0.0, 1e6)));
  Solver solver(model, plan_of(options.effort), start + limit);
  solver.run();
  result.out_of_time = solver.is_late();
  if (!solver.has_placement()) {
    result.impossible = solver.is_impossible();
    result.reason = result.impossible
                        ? "all ways to place the layers were considered, and none is legal"
                        : "no placement was found within the search's budget; that there is none is not proven";
    return finished();
  }
  result.feasible = true;
  result.places = on_the_array(model, solver.places());
  result.cost = placement_cost(problem, result.places);
  // What the parameters lost when they were rounded to whole units.
  const double most_rows =
      static_cast<double>(problem.rows) * static_cast<double>(model.edges.size() + problem.boxes.size());
  const double loss = most_rows * (std::abs(problem.lambda - static_cast<double>(model.row_cost) * model.unit) +
                                   std::abs(problem.mu - static_cast<double>(model.height_cost) * model.unit));
  const bool complete = solver.bound() >= solver.cost() && loss <= 1e-10;
  result.lower_bound =
      complete ? result.cost : std::min(result.cost, static_cast<double>(solver.bound()) * model.unit - loss);
  result.lower_bound = std::max(result.lower_bound, 0.0);
  result.optimal = result.cost - result.lower_bound <= 1e-9;
  return finished();
}

std::optional<std::vector<Coordinate>> place(const PlacementProblem& problem, PlacementEffort effort) {
  PlacementResult result = solve_placement(problem, {.effort = effort});
  if (!result.feasible) return std::nullopt;
  return std::move(result.places);
}

} // namespace tilewright
