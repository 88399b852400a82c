#include "backends/common/placement_board.h"

#include <algorithm>

namespace tilewright {

namespace {

constexpr int mask_bits = 128;
constexpr ColumnMask one = 1;

ColumnMask columns_between(int first, int end) {
  first = std::clamp(first, 0, mask_bits);
  end = std::clamp(end, 0, mask_bits);
  if (first >= end) return 0;
  const ColumnMask below_end = end == mask_bits ? ~ColumnMask{0} : (one << end) - 1;
  return below_end & ~((one << first) - 1);
}

// Bit c of the result: any of the bits c .. c + length - 1.
ColumnMask any_within(ColumnMask mask, int length) {
  int covered = 1;
  while (covered < length) {
    const int step = std::min(covered, length - covered);
    mask |= mask >> step;
    covered += step;
  }
  return mask;
}

int highest_column(ColumnMask mask) {
  const auto high = static_cast<std::uint64_t>(mask >> 64);
  return high ? 127 - std::countl_zero(high) : 63 - std::countl_zero(static_cast<std::uint64_t>(mask));
}

bool is_legal_there(const PlacementModel& model, const PartialPlacement& partial, int box, Coordinate at) {
  for (int other = 0; other < model.count(); ++other) {
    if (!partial.placed[static_cast<std::size_t>(other)]) continue;
    if (!may_lie_together(model, box, at, other, partial.places[static_cast<std::size_t>(other)])) return false;
  }
  return true;
}

} // namespace

PlacementBoard empty_board(const PlacementModel& model) {
  PlacementBoard board;
  if (model.anchored) {
    board.east = model.columns;
    board.empty = false;
  }
  return board;
}

void put(const PlacementModel& model, PlacementBoard& board, int box, Coordinate at) {
  const auto& shape = model.box(box);
  const ColumnMask span = columns_between(at.column - shape.keep_out, at.column + shape.width);
  for (int row = at.row; row < at.row + shape.height; ++row)
    board.taken[static_cast<std::size_t>(row)] |= span;
  if (model.anchored) return;
  const int west = at.column - model.margin(box);
  const int east = at.column + shape.width;
  board.west = board.empty ? west : std::min(board.west, west);
  board.east = board.empty ? east : std::max(board.east, east);
  board.empty = false;
}

PartialPlacement nothing_placed(const PlacementModel& model) {
  return {empty_board(model), std::vector<Coordinate>(model.boxes.size()), std::vector<char>(model.boxes.size(), 0)};
}

void put(const PlacementModel& model, PartialPlacement& partial, int box, Coordinate at) {
  put(model, partial.board, box, at);
  partial.places[static_cast<std::size_t>(box)] = at;
  partial.placed[static_cast<std::size_t>(box)] = 1;
}

void rebuild_board(const PlacementModel& model, PartialPlacement& partial) {
  partial.board = empty_board(model);
  for (int box = 0; box < model.count(); ++box) {
    if (partial.placed[static_cast<std::size_t>(box)]) {
      put(model, partial.board, box, partial.places[static_cast<std::size_t>(box)]);
    }
  }
}

FreePlaces free_places(const PlacementModel& model, const PartialPlacement& partial, int box) {
  const auto& shape = model.box(box);
  const PlacementBoard& board = partial.board;
  FreePlaces free;
  const int last_row = model.rows - shape.height;
  for (int row = 0; row < model.rows; ++row)
    free.columns[static_cast<std::size_t>(row)] = 0;
  if (last_row < 0) return free;
  ColumnMask on_array;
  if (board.empty) {
    on_array = one << board_origin;
    if (model.margin(box) + shape.width > model.columns) on_array = 0;
  } else {
    on_array =
        columns_between(board.east - model.columns + model.margin(box), board.west + model.columns - shape.width + 1);
  }
  std::array<ColumnMask, most_placement_rows> blocked;
  const int length = shape.keep_out + shape.width;
  for (int row = 0; row < model.rows; ++row) {
    // A keep-out that hangs over the west end is cut there, which decides nothing: a box reaching over the end with its
    // keep-out has tiles in the first columns that another such box would need for its tiles or its keep-out.
    const ColumnMask taken = board.taken[static_cast<std::size_t>(row)];
    ColumnMask from_box = any_within(taken, shape.width);
    for (int step = 1; step <= shape.keep_out; ++step)
      from_box |= taken << step;
    blocked[static_cast<std::size_t>(row)] = length > 0 ? from_box : 0;
  }
  for (int row = 0; row <= last_row; ++row) {
    ColumnMask any = 0;
    for (int up = 0; up < shape.height; ++up)
      any |= blocked[static_cast<std::size_t>(row + up)];
    free.columns[static_cast<std::size_t>(row)] = ~any & on_array;
  }
  for (const PlacementLink& link : model.links_of(box)) {
    if (!link.may_abut || !partial.placed[static_cast<std::size_t>(link.other)]) continue;
    const Coordinate other = partial.places[static_cast<std::size_t>(link.other)];
    const int column = link.leaves ? other.column - shape.width : other.column + model.box(link.other).width;
    if (column < 0 || column >= mask_bits || !((on_array >> column) & 1)) continue;
    if (is_legal_there(model, partial, box, {column, other.row}))
      free.columns[static_cast<std::size_t>(other.row)] |= one << column;
  }
  if (shape.anchor) {
    for (int row = 0; row < model.rows; ++row) {
      const ColumnMask there =
          row == shape.anchor->row && shape.anchor->column < mask_bits ? one << shape.anchor->column : 0;
      free.columns[static_cast<std::size_t>(row)] &= there;
    }
  }
  return free;
}

void place_costs(const PlacementModel& model, const PartialPlacement& partial, int box, PlaceCosts& costs) {
  const auto& shape = model.box(box);
  costs.faces.clear();
  for (int row = 0; row < model.rows; ++row)
    costs.by_row[static_cast<std::size_t>(row)] = 0;
  for (const PlacementLink& link : model.links_of(box)) {
    if (!partial.placed[static_cast<std::size_t>(link.other)]) continue;
    const auto& other = model.box(link.other);
    const Coordinate at = partial.places[static_cast<std::size_t>(link.other)];
    costs.faces.emplace_back(link.leaves ? at.column - shape.width + 1 : at.column + other.width - 1,
                             link.edges * model.column_cost);
    for (int row = 0; row + shape.height <= model.rows; ++row) {
      const int gap = std::max({0, at.row - (row + shape.height - 1), row - (at.row + other.height - 1)});
      costs.by_row[static_cast<std::size_t>(row)] += link.edges * model.row_cost * gap;
    }
  }
  std::sort(costs.faces.begin(), costs.faces.end());
  if (costs.faces.empty()) {
    costs.middle = partial.board.empty ? board_origin : partial.board.west + model.margin(box);
  } else {
    PlacementCost rest = 0; // of the weights, to the east
    for (const auto& [face, weight] : costs.faces)
      rest += weight;
    const PlacementCost half = rest / 2;
    auto middle = costs.faces.begin();
    for (rest -= middle->second; rest > half; rest -= middle->second)
      ++middle;
    costs.middle = middle->first;
  }
}

// The cost over columns is convex, so these are neighbours.
ColumnMask columns_below(const PlaceCosts& costs, PlacementCost limit) {
  const int middle = std::clamp(costs.middle, 0, mask_bits - 1);
  int first = middle + 1;
  int end = middle + 1;
  while (first > 0 && costs.at_column(first - 1) < limit)
    --first;
  while (end < mask_bits && costs.at_column(end) < limit)
    ++end;
  return columns_between(first, end);
}

CheapestPlace cheapest_place(const PlacementModel& model, const FreePlaces& free, const PlaceCosts& costs, int box) {
  CheapestPlace best;
  const int last_row = model.rows - model.box(box).height;
  const int middle = std::clamp(costs.middle, 0, mask_bits - 1);
  const ColumnMask up_to_middle = columns_between(0, middle + 1);
  const PlacementCost least_by_column = costs.at_column(middle);
  for (int row = 0; row <= last_row; ++row) {
    const ColumnMask columns = free.columns[static_cast<std::size_t>(row)];
    const PlacementCost least = least_by_column + costs.by_row[static_cast<std::size_t>(row)];
    if (columns == 0 || (least >= best.edge_cost && least + model.height_cost * row >= best.cost)) continue;
    // The cost over columns is convex: nothing beats the free columns next to its middle.
    const auto consider = [&](int column) {
      const PlacementCost edges = costs.at_column(column) + costs.by_row[static_cast<std::size_t>(row)];
      const PlacementCost cost = edges + model.height_cost * row;
      best.edge_cost = std::min(best.edge_cost, edges);
      if (cost < best.cost) {
        best.cost = cost;
        best.at = {column, row};
        best.exists = true;
      }
    };
    if (const ColumnMask west = columns & up_to_middle) consider(highest_column(west));
    if (const ColumnMask east = columns & ~up_to_middle) consider(lowest_column(east));
  }
  return best;
}

std::vector<Coordinate> on_the_array(const PlacementModel& model, std::vector<Coordinate> places) {
  if (model.anchored || places.empty()) return places;
  int west = places[0].column - model.margin(0);
  for (int box = 1; box < model.count(); ++box) {
    west = std::min(west, places[static_cast<std::size_t>(box)].column - model.margin(box));
  }
  for (Coordinate& at : places)
    at.column -= west;
  return places;
}

std::vector<Coordinate> on_the_board(const PlacementModel& model, std::vector<Coordinate> places) {
  places = on_the_array(model, std::move(places));
  if (!model.anchored) {
    for (Coordinate& at : places)
      at.column += board_origin;
  }
  return places;
}

} // namespace tilewright
