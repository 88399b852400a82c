// Where rectangles of tiles lie on the array, and how good that is: docs/placement.md has the rules and the method.
// Quantities are tiles (columns, rows); costs are in units of one column.
#pragma once

#include "backends/common/design.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

struct PlacementEdge {
  int source = 0;
  int target = 0;
  // The target may lie right of the source without a keep-out between them, if their rows are the same: the source
  // writes straight into the target's buffers, and nothing else reads them.
  bool may_abut = false;
};

struct PlacementProblem {
  int columns = 0; // of the array
  int rows = 0;
  struct Box {
    int width = 1; // in tiles, without the keep-out
    int height = 1;
    int producer = -1;         // box whose output this one reads: short for an edge; -1 for none
    int keep_out = 1;          // columns to its west that no other box may use
    bool may_overhang = false; // its keep-out may lie west of the array
    std::optional<Coordinate> anchor;
  };
  std::vector<Box> boxes;
  std::vector<PlacementEdge> edges; // besides those of Box::producer
  // Cost: sum over edges of (columns between output and input face + lambda * rows between) + mu * sum of rows.
  double lambda = 1.0;
  double mu = 0.05;
};

// The largest array the search can represent; the largest AI Engine array has 50 columns and 8 rows.
constexpr int most_placement_columns = 64;
constexpr int most_placement_rows = 32;

// How much work is put into a placement. Work is counted in steps of the search, never in seconds, so that the answer
// is the same on every machine.
enum class PlacementEffort {
  quick,  // a few milliseconds: for the mapper, which asks often
  normal, // some hundred milliseconds for 32 boxes
  full,   // ten times that
};

struct PlacementOptions {
  PlacementEffort effort = PlacementEffort::normal;
  // A safety net for machines that are far too slow: the search stops with what it has. What it finds then depends on
  // the machine.
  double most_seconds = 60;
};

struct PlacementResult {
  bool feasible = false;
  double cost = 0;
  bool optimal = false;     // cost = lower_bound within 1e-9, or all placements were considered
  double lower_bound = 0;   // no legal placement costs less
  bool out_of_time = false; // most_seconds stopped the search
  bool impossible = false;  // not feasible, and proven so
  std::string reason;       // why not feasible
  double seconds = 0;
  std::vector<Coordinate> places; // by box, lowest column and row; empty if not feasible
};

PlacementResult solve_placement(const PlacementProblem& problem, const PlacementOptions& options = {});

// A place for each box, cheap and legal; nullopt if none was found.
std::optional<std::vector<Coordinate>> place(const PlacementProblem& problem,
                                             PlacementEffort effort = PlacementEffort::quick);

// What a placement costs.
double placement_cost(const PlacementProblem& problem, const std::vector<Coordinate>& places);

} // namespace tilewright
