#include "backends/common/map.h"

#include "backends/common/legality.h"
#include "backends/common/names.h"
#include "backends/common/placement.h"
#include "backends/common/tiling_search.h"
#include "backends/common/transport.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// A batch is cut into at most this many iterations before more tiles are used instead.
constexpr std::int64_t most_iterations = 4096;

struct Mapper {
  const Graph& graph;
  const Target& target;
  const Device& device;
  const LoweringRegistry& lowerings;
  Diagnostics& diagnostics;
  Partition parts;
  std::vector<SearchLayer> layers;
  std::int64_t rows = 0;

  LoweringContext context(const Layer& layer) const { return {graph, layer, target, device}; }

  void report(const Layer& layer, const Refusal& refusal) {
    const Node& node = graph.node(layer.node);
    Diagnostic diagnostic{.kind = refusal.kind,
                          .code = refusal.kind == ProblemKind::device ? "device.limit" : "array.unsupported",
                          .node = text_of(node.origin),
                          .op = node.op->name,
                          .tensor = graph.value(layer.output).name,
                          .reason = refusal.reason,
                          .hint = refusal.hint};
    if (refusal.limit != 0) {
      diagnostic.expected = fmt::format("at most {} ({}, {})", refusal.limit, refusal.resource, device.name);
      diagnostic.got = fmt::format("{}", refusal.need);
    }
    diagnostics.add(std::move(diagnostic));
  }

  // Every layer with its candidate tilings; false when one has none.
  bool assess_layers() {
    bool complete = true;
    for (const Layer& layer : parts.layers) {
      SearchLayer entry;
      entry.layer = &layer;
      entry.input = graph.type(layer.input).element;
      entry.output = graph.type(layer.output).element;
      entry.leaves = std::ranges::find(parts.leaving, layer.output) != parts.leaving.end();
      for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].layer->output == layer.input) entry.producer = static_cast<int>(i);
      }
      std::vector<Refusal> refusals;
      for (const Lowering* lowering : lowerings_for(lowerings, graph.node(layer.node).op->name)) {
        Assessment assessment = lowering->assess(context(layer));
        std::ranges::move(assessment.refusals, std::back_inserter(refusals));
        if (assessment.tilings.empty()) continue;
        entry.lowering = lowering;
        entry.tilings = std::move(assessment.tilings);
        break;
      }
      if (!entry.lowering) {
        complete = false;
        if (refusals.empty()) {
          refusals.push_back({ProblemKind::model, "", fmt::format("the array has no kernel for {}", graph.node(layer.node).op->name), 0, 0, ""});
        }
        for (const Refusal& refusal : refusals) report(layer, refusal);
      }
      layers.push_back(std::move(entry));
    }
    return complete;
  }

  // All layers work on matrices with one number of rows, so that a batch can be cut into iterations.
  bool find_rows() {
    rows = matrix_shape(graph.type(parts.layers.front().input).shape).rows;
    bool equal = true;
    for (const Layer& layer : parts.layers) {
      const std::int64_t here = matrix_shape(graph.type(layer.output).shape).rows;
      const MatrixShape in = matrix_shape(graph.type(layer.input).shape);
      if (here == rows && in.rows == rows && here > 0 && in.features > 0) continue;
      equal = false;
      report(layer, {ProblemKind::model, "", fmt::format("layers work on different numbers of rows, {} and {}", rows, in.rows), 0, 0,
                     "keep all dimensions but the last from input to output"});
    }
    return equal;
  }

  std::int64_t row_unit() const {
    std::int64_t unit = 1;
    for (const SearchLayer& layer : layers) {
      for (const Tiling& tiling : layer.tilings) unit = std::max<std::int64_t>(unit, tiling.shape.rows);
    }
    return unit;
  }

  // Rows in an iteration when the batch is cut into `iterations`: whole blocks, and an even number of them if there are
  // more than two, so that kernels can keep two rows of accumulators.
  std::int64_t rows_for(std::int64_t iterations) const {
    const std::int64_t unit = row_unit();
    const std::int64_t blocks = divide_up(divide_up(rows, iterations), unit);
    return unit * (blocks > 2 ? round_up(blocks, 2) : blocks);
  }

  std::int64_t iterations_for(std::int64_t rows_per_iteration) const { return divide_up(rows, rows_per_iteration); }

  // On the device, or on one that had so many columns.
  std::optional<std::vector<Coordinate>> place_groups(const std::vector<Tiling>& tilings, int columns) const {
    PlacementProblem problem{columns, device.rows, {}};
    for (std::size_t i = 0; i < tilings.size(); ++i) {
      problem.boxes.push_back({tilings[i].columns, tilings[i].rows, layers[i].producer});
    }
    return place(problem);
  }

  struct Mapping {
    std::vector<Tiling> tilings;
    std::vector<Coordinate> places;
    std::int64_t rows_per_iteration = 0;
  };

  static int tiles_of(const Mapping& mapping) {
    int tiles = 0;
    for (const Tiling& tiling : mapping.tilings) tiles += tiling.tiles();
    return tiles;
  }

  // The fewest tiles with rows for `rows_per_iteration`, placed; heights are lowered until a placement is found.
  // `first` is what the search found without lowering.
  std::optional<Mapping> map_rows(std::int64_t rows_per_iteration, SearchResult& first) const {
    first = search_tilings(graph, layers, target, device, rows_per_iteration, device.rows);
    SearchResult result = first;
    for (int most_rows = device.rows; !result.tilings.empty();) {
      if (auto places = place_groups(result.tilings, device.columns)) return Mapping{result.tilings, *std::move(places), rows_per_iteration};
      most_rows /= 2;
      if (most_rows == 0) break;
      result = search_tilings(graph, layers, target, device, rows_per_iteration, most_rows);
    }
    return std::nullopt;
  }

  // A batch never costs tiles: it is cut into as few iterations as the tiles of a single block of rows allow.
  std::optional<Mapping> choose() {
    SearchResult least;
    const std::optional<Mapping> smallest = map_rows(row_unit(), least);
    if (!smallest) {
      report_no_mapping(least);
      return std::nullopt;
    }
    const int tiles = tiles_of(*smallest);
    for (std::int64_t iterations = 1; iterations < most_iterations;) {
      const std::int64_t rows_per_iteration = rows_for(iterations);
      if (rows_per_iteration <= row_unit()) break;
      SearchResult result;
      std::optional<Mapping> mapping = map_rows(rows_per_iteration, result);
      if (mapping && tiles_of(*mapping) <= tiles) return mapping;
      // The next number of iterations that changes the rows.
      std::int64_t next = iterations + 1;
      while (next < rows && rows_for(next) == rows_per_iteration) ++next;
      iterations = next;
    }
    return smallest;
  }

  void report_no_mapping(const SearchResult& result) {
    if (result.blocking >= 0) {
      for (const Refusal& refusal : result.refusals) report(*layers[static_cast<std::size_t>(result.blocking)].layer, refusal);
      return;
    }
    const std::int64_t tiles = static_cast<std::int64_t>(device.columns - 1) * device.rows;
    Diagnostic diagnostic{.kind = ProblemKind::device,
                          .code = "device.tiles",
                          .node = "all layers",
                          .reason = "the network needs more tiles than the array has",
                          .expected = fmt::format("at most {} (tiles, {})", tiles, device.name),
                          .got = fmt::format("{}", result.tiles),
                          .hint = "use fewer or smaller layers, or a larger device"};
    if (result.tiles <= tiles) {
      diagnostic.reason = "side by side, each with a column to its west, the layers' tiles need more columns than the array has";
      diagnostic.expected = fmt::format("at most {} (columns, {})", device.columns, device.name);
      diagnostic.got = fmt::format("{}", columns_needed(result.tilings));
    }
    diagnostics.add(std::move(diagnostic));
  }

  // How wide the array would have to be for these tilings; the search knows arrays up to a width far above every device's.
  int columns_needed(const std::vector<Tiling>& tilings) const {
    int columns = device.columns + 1;
    while (columns < most_placement_columns && !place_groups(tilings, columns)) ++columns;
    return columns;
  }

  Design build(const Mapping& mapping) const {
    Design design;
    design.model = graph.name();
    design.target = target.name;
    design.device = device.name;
    design.rows = rows;
    design.rows_per_iteration = mapping.rows_per_iteration;
    design.iterations = iterations_for(mapping.rows_per_iteration);
    design.host_before = parts.host_before;
    design.host_after = parts.host_after;
    design.entering = parts.entering;
    design.leaving = parts.leaving;
    NameTable names;
    std::vector<int> producers;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = *layers[i].layer;
      KernelGroup group = layers[i].lowering->build(context(layer), mapping.tilings[i], mapping.rows_per_iteration);
      const Node& node = graph.node(layer.node);
      // The last of the merged nodes is the layer itself; in front of it are its operands' quantizers.
      const std::string origin = node.origin.nodes.empty() ? node.op->name : node.origin.nodes.back();
      group.name = names.unique("layer_" + identifier(origin));
      group.op = node.op->name;
      group.origin = text_of(layer.requantize ? merged(node.origin, graph.node(*layer.requantize).origin) : node.origin);
      group.node = layer.node;
      group.input = layer.input;
      group.output = layer.output;
      group.place = mapping.places[i];
      group.config.push_back({"int", "place_column", fmt::format("{}", group.place.column)});
      group.config.push_back({"int", "place_row", fmt::format("{}", group.place.row)});
      group.memory = layers[i].lowering->memory(context(layer), mapping.tilings[i], mapping.rows_per_iteration);
      design.groups.push_back(std::move(group));
      producers.push_back(layers[i].producer);
    }
    connect_groups(graph, target, mapping.tilings, producers, design);
    return design;
  }
};

} // namespace

std::optional<Design> map_graph(const Graph& graph, const Target& target, const Device& device,
                                const LoweringRegistry& lowerings, Diagnostics& diagnostics) {
  std::optional<Partition> parts = partition(graph, diagnostics);
  if (!parts) return std::nullopt;
  Mapper mapper{graph, target, device, lowerings, diagnostics, *std::move(parts), {}, 0};
  const bool assessed = mapper.assess_layers();
  if (!mapper.find_rows() || !assessed) return std::nullopt;
  const std::optional<Mapper::Mapping> mapping = mapper.choose();
  if (!mapping) return std::nullopt;
  Design design = mapper.build(*mapping);
  const std::vector<Violation> violations = check_legality(design, target, device);
  for (const Violation& violation : violations) diagnostics.add(diagnostic_of(violation, device));
  if (!violations.empty()) return std::nullopt;
  return design;
}

} // namespace tilewright
