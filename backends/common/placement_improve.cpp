#include "backends/common/placement_improve.h"

#include <algorithm>
#include <cstdlib>

namespace tilewright {

namespace {

constexpr int most_rounds_without_gain = 600; // then back to the best placement so far

class Improver {
public:
  Improver(const PlacementModel& model, const std::vector<Coordinate>& places, const ImproveStyle& style)
      : model_(model), style_(style), random_(style.seed), current_(nothing_placed(model)),
        levels_(static_cast<std::size_t>(style.most_removed) + 1) {
    current_.places = on_the_board(model, places);
    std::ranges::fill(current_.placed, 1);
    for (int box = 0; box < model.count(); ++box) {
      if (!model.box(box).anchor) movable_.push_back(box);
    }
    cost_ = total_cost(model_, current_.places);
  }

  PlacementCost run(PlacementCost bound, PlacementBudget& budget, std::vector<Coordinate>& places) {
    PlacementCost best = cost_;
    places = current_.places;
    const double budget_at_start = static_cast<double>(budget.left());
    if (movable_.empty()) return best;
    int since_best = 0;
    while (best > bound && !budget.is_spent()) {
      // Threshold accepting: worse placements are taken, less and less so, to leave what only a detour improves.
      const double left = static_cast<double>(budget.left()) / budget_at_start;
      const int most_worse = std::max(
          1, static_cast<int>(std::min(1e9, static_cast<double>(model_.column_cost) * style_.heat * left * left)));
      choose_removed();
      take_away();
      budget.spend(4 + model_.count() / 8); // the board is built anew
      limit_ = cost_ + random_.below(most_worse) + 1;
      const bool noisy = style_.noise_every > 0 && random_.below(style_.noise_every) == 0;
      noise_ = noisy ? static_cast<int>(std::min<PlacementCost>(model_.column_cost, 1'000'000'000)) : 1;
      steps_left_ = style_.most_steps;
      found_ = false;
      start_putting_back(cost_ - removed_cost_, budget);
      for (const int box : removed_) {
        const auto at = static_cast<std::size_t>(box);
        current_.places[at] = found_ ? chosen_[at] : before_[at];
        current_.placed[at] = 1;
      }
      if (found_) {
        cost_ = limit_;
        current_.places = on_the_board(model_, std::move(current_.places));
      }
      if (cost_ < best) {
        best = cost_;
        places = current_.places;
        since_best = 0;
      } else if (++since_best > most_rounds_without_gain) {
        current_.places = places;
        cost_ = best;
        since_best = 0;
      }
    }
    return best;
  }

private:
  bool is_removed(int box) const { return std::ranges::find(removed_, box) != removed_.end(); }
  void remove(int box) {
    if (!model_.box(box).anchor && !is_removed(box)) removed_.push_back(box);
  }

  int random_box() { return movable_[static_cast<std::size_t>(random_.below(static_cast<int>(movable_.size())))]; }

  // Both ends of an edge that costs more than it must, if one is found soon.
  void remove_dear_edge() {
    for (int attempt = 0; attempt < 6 && !model_.edges.empty(); ++attempt) {
      const PlacementEdge& edge =
          model_.edges[static_cast<std::size_t>(random_.below(static_cast<int>(model_.edges.size())))];
      for (const PlacementLink& link : model_.links_of(edge.source)) {
        if (link.other != edge.target || !link.leaves) continue;
        const PlacementCost cost = link_cost(model_, edge.source, link, place_of(edge.source), place_of(edge.target));
        if (cost <= link.least) continue;
        remove(edge.source);
        remove(edge.target);
        return;
      }
    }
  }

  Coordinate place_of(int box) const { return current_.places[static_cast<std::size_t>(box)]; }

  // Neighbours belong together: by edge, or by place.
  void choose_removed() {
    removed_.clear();
    const int wanted = std::min<int>(static_cast<int>(movable_.size()), 1 + random_.below(style_.most_removed));
    if (random_.below(2) == 0) remove_dear_edge();
    if (removed_.empty()) remove(random_box());
    const int style = random_.below(4);
    for (int attempt = 0; attempt < 24 && static_cast<int>(removed_.size()) < wanted; ++attempt) {
      if (removed_.empty()) remove(random_box());
      const int from = removed_[static_cast<std::size_t>(random_.below(static_cast<int>(removed_.size())))];
      const auto& links = model_.links_of(from);
      if (style <= 1 && !links.empty()) {
        remove(links[static_cast<std::size_t>(random_.below(static_cast<int>(links.size())))].other);
      } else if (style == 2) {
        // The nearest of a few.
        int nearest = -1;
        int distance = 0;
        for (int i = 0; i < 6; ++i) {
          const int box = random_box();
          const int here =
              std::abs(place_of(box).column - place_of(from).column) + std::abs(place_of(box).row - place_of(from).row);
          if (is_removed(box) || (nearest >= 0 && here >= distance)) continue;
          nearest = box;
          distance = here;
        }
        if (nearest >= 0) remove(nearest);
      } else {
        remove(random_box());
      }
    }
  }

  void take_away() {
    before_ = current_.places;
    for (const int box : removed_)
      current_.placed[static_cast<std::size_t>(box)] = 0;
    rebuild_board(model_, current_);
    removed_cost_ = 0;
    for (const int box : removed_) {
      removed_cost_ += model_.height_cost * place_of(box).row;
      for (const PlacementLink& link : model_.links_of(box)) {
        // Edges between two removed boxes once.
        if (is_removed(link.other) && !link.leaves) continue;
        removed_cost_ += link_cost(model_, box, link, place_of(box), place_of(link.other));
      }
    }
  }

  struct Option {
    PlacementCost rank;
    PlacementCost cost;
    Coordinate at;
  };

  // A box that was taken away and is not back yet, as it was when something near it last changed.
  struct Missing {
    int box = 0;
    PlacementCost cost = 0; // at its cheapest place
    Coordinate cheapest;
    int links = 0; // to boxes on the board
  };

  bool evaluate(Missing& missing, PlacementBudget& budget) {
    budget.spend(model_.steps_of(missing.box));
    place_costs(model_, current_, missing.box, costs_);
    free_ = free_places(model_, current_, missing.box);
    const CheapestPlace best = cheapest_place(model_, free_, costs_, missing.box);
    missing.cost = best.cost;
    missing.cheapest = best.at;
    missing.links =
        static_cast<int>(std::ranges::count_if(model_.links_of(missing.box), [&](const PlacementLink& link) {
          return current_.placed[static_cast<std::size_t>(link.other)] != 0;
        }));
    return best.exists;
  }

  // Whether the box that was put at `at` last changes where this one is cheapest. That the ends of the array may have
  // come nearer is left out: costs only rise by it.
  bool is_concerned(const Missing& missing, int last, Coordinate at) const {
    return std::ranges::find(model_.links_of(missing.box), last, &PlacementLink::other) !=
               model_.links_of(missing.box).end() ||
           !may_lie_together(model_, missing.box, missing.cheapest, last, at);
  }

  void start_putting_back(PlacementCost cost, PlacementBudget& budget) {
    std::vector<Missing>& missing = levels_[removed_.size()];
    missing.clear();
    for (const int box : removed_) {
      missing.push_back({.box = box});
      if (!evaluate(missing.back(), budget)) return;
    }
    put_back(missing.size(), cost, budget);
  }

  // Finds the cheapest completion below limit_, or a good one if the steps run out; levels_[count] are missing.
  void put_back(std::size_t count, PlacementCost cost, PlacementBudget& budget) {
    if (count == 0) {
      limit_ = cost;
      found_ = true;
      chosen_ = current_.places;
      return;
    }
    if (--steps_left_ < 0) return;
    std::vector<Missing>& missing = levels_[count];
    PlacementCost bound = cost;
    std::size_t next = 0;
    for (std::size_t i = 0; i < count; ++i) {
      bound += missing[i].cost;
      for (const PlacementLink& link : model_.links_of(missing[i].box)) {
        if (link.leaves && !current_.placed[static_cast<std::size_t>(link.other)]) bound += link.least;
      }
      const auto rank = [&](std::size_t k) { return std::pair{missing[k].links, missing[k].cost}; };
      if (rank(i) > rank(next)) next = i;
    }
    if (bound >= limit_) return;
    const int box = missing[next].box;
    const PlacementCost others = bound - missing[next].cost;
    if (!evaluate(missing[next], budget)) return;
    std::vector<Option> options;
    const PlacementCost most = limit_ - others;
    const ColumnMask cheap = columns_below(costs_, most);
    for (int row = 0; row + model_.box(box).height <= model_.rows; ++row) {
      const PlacementCost by_row = costs_.by_row[static_cast<std::size_t>(row)] + model_.height_cost * row;
      if (by_row >= most) continue;
      for (ColumnMask columns = free_.columns[static_cast<std::size_t>(row)] & cheap; columns != 0;
           columns &= columns - 1) {
        const int column = lowest_column(columns);
        const PlacementCost here = costs_.at_column(column) + by_row;
        if (here < most) options.push_back({here, here, {column, row}});
      }
    }
    for (Option& option : options)
      option.rank = (option.rank + random_.below(noise_)) * 64 + random_.below(64);
    std::ranges::sort(options, {}, [](const Option& option) {
      return std::pair{option.rank, option.at.column * 64 + option.at.row};
    });
    const PlacementBoard board = current_.board;
    for (const Option& option : options) {
      if (steps_left_ < 0) break;
      if (others + option.cost >= limit_) continue;
      current_.board = board;
      put(model_, current_, box, option.at);
      std::vector<Missing>& rest = levels_[count - 1];
      rest.clear();
      bool possible = true;
      for (std::size_t i = 0; i < count && possible; ++i) {
        if (i == next) continue;
        rest.push_back(missing[i]);
        if (is_concerned(missing[i], box, option.at)) possible = evaluate(rest.back(), budget);
      }
      if (possible) put_back(count - 1, cost + option.cost, budget);
    }
    current_.board = board;
    current_.placed[static_cast<std::size_t>(box)] = 0;
  }

  const PlacementModel& model_;
  ImproveStyle style_;
  PlacementRandom random_;
  PartialPlacement current_; // without a valid board between two rounds
  std::vector<int> movable_;
  PlacementCost cost_ = 0;
  std::vector<int> removed_;
  std::vector<std::vector<Missing>> levels_; // by how many are missing
  std::vector<Coordinate> before_;
  std::vector<Coordinate> chosen_;
  PlacementCost removed_cost_ = 0;
  PlacementCost limit_ = 0;
  int noise_ = 1;
  int steps_left_ = 0;
  bool found_ = false;
  FreePlaces free_; // and costs_: of the box that was evaluated last
  PlaceCosts costs_;
};

} // namespace

PlacementCost improve_placement(const PlacementModel& model, std::vector<Coordinate>& places, PlacementCost bound,
                                PlacementBudget& budget, const ImproveStyle& style) {
  Improver improver(model, places, style);
  return improver.run(bound, budget, places);
}

} // namespace tilewright
