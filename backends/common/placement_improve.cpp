#include "backends/common/placement_improve.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace tilewright {

namespace {

constexpr int most_rounds_without_gain = 600; // then back to the best placement so far

class Improver {
public:
  Improver(const PlacementModel& model, const std::vector<Coordinate>& places, const ImproveStyle& style)
      : model_(model), style_(style), random_(style.seed), current_(nothing_placed(model)) {
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
      budget.spend(4);
      limit_ = cost_ + random_.below(most_worse) + 1;
      const bool noisy = style_.noise_every > 0 && random_.below(style_.noise_every) == 0;
      noise_ = noisy ? static_cast<int>(std::min<PlacementCost>(model_.column_cost, 1'000'000'000)) : 1;
      steps_left_ = style_.most_steps;
      found_ = false;
      put_back(cost_ - removed_cost_, budget);
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
    missing_ = removed_;
  }

  struct Option {
    PlacementCost rank;
    PlacementCost cost;
    Coordinate at;
  };

  // Finds the cheapest completion below limit_, or a good one if the steps run out.
  void put_back(PlacementCost cost, PlacementBudget& budget) {
    if (missing_.empty()) {
      limit_ = cost;
      found_ = true;
      chosen_ = current_.places;
      return;
    }
    if (--steps_left_ < 0) return;
    PlacementCost bound = cost;
    std::size_t next = 0;
    int next_links = -1;
    PlacementCost next_cost = 0;
    FreePlaces next_free;
    PlaceCosts next_costs;
    for (std::size_t i = 0; i < missing_.size(); ++i) {
      const int box = missing_[i];
      budget.spend(1);
      place_costs(model_, current_, box, costs_);
      const FreePlaces free = free_places(model_, current_, box);
      const CheapestPlace best = cheapest_place(model_, free, costs_, box);
      if (!best.exists) return;
      bound += best.cost;
      int links = 0;
      for (const PlacementLink& link : model_.links_of(box)) {
        if (current_.placed[static_cast<std::size_t>(link.other)]) {
          ++links;
        } else if (link.leaves) {
          bound += link.least;
        }
      }
      if (links > next_links || (links == next_links && best.cost > next_cost)) {
        next = i;
        next_links = links;
        next_cost = best.cost;
        next_free = free;
        next_costs = costs_;
      }
    }
    if (bound >= limit_) return;
    const int box = missing_[next];
    std::vector<Option> options;
    for (int row = 0; row + model_.box(box).height <= model_.rows; ++row) {
      ColumnMask columns = next_free.columns[static_cast<std::size_t>(row)];
      for (; columns != 0; columns &= columns - 1) {
        const auto low = static_cast<std::uint64_t>(columns);
        const int column =
            low ? std::countr_zero(low) : 64 + std::countr_zero(static_cast<std::uint64_t>(columns >> 64));
        const PlacementCost here =
            next_costs.at_column(column) + next_costs.by_row[static_cast<std::size_t>(row)] + model_.height_cost * row;
        if (bound - next_cost + here >= limit_) continue;
        options.push_back({here, here, {column, row}});
      }
    }
    for (Option& option : options)
      option.rank = (option.rank + random_.below(noise_)) * 64 + random_.below(64);
    std::ranges::sort(options, {}, [](const Option& option) {
      return std::pair{option.rank, option.at.column * 64 + option.at.row};
    });
    missing_.erase(missing_.begin() + static_cast<std::ptrdiff_t>(next));
    const PlacementBoard board = current_.board;
    for (const Option& option : options) {
      if (steps_left_ < 0) break;
      if (bound - next_cost + option.cost >= limit_) continue;
      current_.board = board;
      put(model_, current_, box, option.at);
      put_back(cost + option.cost, budget);
    }
    current_.board = board;
    current_.placed[static_cast<std::size_t>(box)] = 0;
    missing_.insert(missing_.begin() + static_cast<std::ptrdiff_t>(next), box);
  }

  const PlacementModel& model_;
  ImproveStyle style_;
  PlacementRandom random_;
  PartialPlacement current_; // without a valid board between two rounds
  std::vector<int> movable_;
  PlacementCost cost_ = 0;
  std::vector<int> removed_;
  std::vector<int> missing_; // removed and not put back yet
  std::vector<Coordinate> before_;
  std::vector<Coordinate> chosen_;
  PlacementCost removed_cost_ = 0;
  PlacementCost limit_ = 0;
  int noise_ = 1;
  int steps_left_ = 0;
  bool found_ = false;
  PlaceCosts costs_;
};

} // namespace

PlacementCost improve_placement(const PlacementModel& model, std::vector<Coordinate>& places, PlacementCost bound,
                                PlacementBudget& budget, const ImproveStyle& style) {
  Improver improver(model, places, style);
  return improver.run(bound, budget, places);
}

} // namespace tilewright
