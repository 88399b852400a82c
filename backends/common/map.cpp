#include "backends/common/map.h"

#include "backends/common/connections.h"
#include "backends/common/legality.h"
#include "backends/common/memory_tiles.h"
#include "backends/common/names.h"
#include "backends/common/placement.h"
#include "backends/common/tiling_choice.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

struct Mapper {
  const Graph& graph;
  const Target& target;
  const Device& device;
  const LoweringRegistry& lowerings;
  Diagnostics& diagnostics;
  const MapOptions& options;
  Partition parts;
  std::vector<SearchLayer> layers;
  std::vector<std::string> names;         // of the layers, in C++
  std::int64_t rows = 0;                  // of the matrices, or samples
  std::int64_t sample_unit = 0;           // as in MappingProblem
  bool spread = false;                    // as in LoweringContext
  std::vector<Violation> violations = {}; // of the last mapping that was not legal

  LoweringContext context(const Layer& layer, std::int64_t rows_per_iteration = 1) const {
    return {graph, layer, target, device, rows, spread, {sample_unit > 0, rows_per_iteration, sample_unit}};
  }

  void report(const Layer& layer, const Refusal& refusal) {
    const Node& node = graph.node(layer.node);
    Diagnostic diagnostic{.kind = refusal.kind,
                          .code = refusal.kind == ProblemKind::device ? "device.limit" : "array.unsupported",
                          .node = text_of(node.origin),
                          .op = std::string(op_of(graph, layer)),
                          .tensor = graph.value(layer.output).name,
                          .reason = refusal.reason,
                          .hint = refusal.hint};
    if (refusal.limit != 0) {
      diagnostic.expected = fmt::format("at most {} ({}, {})", refusal.limit, refusal.resource, device.name);
      diagnostic.got = fmt::format("{}", refusal.need);
    }
    diagnostics.add(std::move(diagnostic));
  }

  void name_layers() {
    NameTable table;
    for (const Layer& layer : parts.layers) {
      const Node& node = graph.node(layer.node);
      // The last of the merged nodes is the layer itself; in front of it are its operands' quantizers.
      const std::string origin = node.origin.nodes.empty() ? node.op->name : node.origin.nodes.back();
      names.push_back(table.unique("layer_" + identifier(origin)));
    }
  }

  // Sections of the configuration that no layer reads are mistakes.
  bool check_config() {
    const std::size_t errors = diagnostics.error_count();
    const auto unused = [&](std::string_view section, const std::string& key) {
      diagnostics.add({.kind = ProblemKind::usage,
                       .code = "config.unused",
                       .node = fmt::format("{}.{}", section, escaped(key)),
                       .reason = "the model has nothing of this name",
                       .hint = "the names are those of config.json in a compiled project"});
    };
    for (const auto& [name, config] : options.config.layers) {
      if (std::ranges::find(names, name) == names.end()) unused("layers", name);
    }
    for (const auto& [op, config] : options.config.ops) {
      const bool used =
          std::ranges::any_of(parts.layers, [&](const Layer& layer) { return op_of(graph, layer) == op; });
      if (!used) unused("ops", op);
    }
    return diagnostics.error_count() == errors;
  }

  LayerConfig fixed_for(std::size_t layer) const {
    LayerConfig result;
    const auto own = options.config.layers.find(names[layer]);
    if (own != options.config.layers.end()) result = own->second;
    const auto of_op = options.config.ops.find(std::string(op_of(graph, parts.layers[layer])));
    if (of_op != options.config.ops.end()) result.add(of_op->second);
    return result;
  }

  GroupInput group_input(const LayerInput& input, std::optional<Transport> transport) const {
    GroupInput result{graph.type(input.operand).element, is_whole(graph, input), input.flat.has_value(), {}, transport};
    const auto add = [&](ValueId value, std::int64_t first, std::int64_t features) {
      InputPart part{-1, value, first, features, segment_room(shape_of(value).back())};
      for (std::size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].layer->output == value) part.producer = static_cast<int>(i);
      }
      result.parts.push_back(part);
    };
    if (input.flat) {
      for (const ValueId value : input.flat->values)
        add(value, 0, shape_of(value).back());
    }
    for (const Segment& segment : input.segments)
      add(segment.value, segment.first, segment.features);
    return result;
  }

  static void keep_allowed(const LayerConfig& fixed, std::vector<Tiling>& tilings) {
    std::erase_if(tilings, [&](const Tiling& tiling) { return !fixed.allows(tiling); });
  }

  // Every layer with its candidate tilings; false when one has none.
  bool assess_layers() {
    bool complete = true;
    for (Layer& layer : parts.layers) {
      for (const Lowering* lowering : lowerings_for(lowerings, graph.node(layer.node).op->name, target.backend)) {
        if (lowering->prepare != nullptr) lowering->prepare(context(layer), layer);
      }
    }
    for (const Layer& layer : parts.layers) {
      SearchLayer entry;
      entry.layer = &layer;
      entry.fixed = fixed_for(layers.size());
      for (const LayerInput& input : layer.inputs)
        entry.inputs.push_back(group_input(input, entry.fixed.transport));
      entry.output = graph.type(layer.output).element;
      entry.leaves = std::ranges::find(parts.leaving, layer.output) != parts.leaving.end();
      entry.most_plios = entry.fixed.plios.value_or(options.plios);
      if (!check_keys(entry, names[layers.size()])) complete = false;
      std::vector<Refusal> refusals;
      for (const Lowering* lowering : lowerings_for(lowerings, op_of(graph, layer), target.backend)) {
        Assessment assessment = lowering->assess(context(layer));
        std::ranges::move(assessment.refusals, std::back_inserter(refusals));
        if (assessment.tilings.empty()) continue;
        keep_allowed(entry.fixed, assessment.tilings);
        if (assessment.tilings.empty()) {
          refusals.push_back({ProblemKind::usage, "",
                              fmt::format("the configuration of {} allows none of its tilings", names[layers.size()]),
                              0, 0, "fix less"});
          continue;
        }
        entry.lowering = lowering;
        entry.tilings = std::move(assessment.tilings);
        break;
      }
      if (!entry.lowering) {
        complete = false;
        if (refusals.empty()) {
          refusals.push_back(
              {ProblemKind::model, "", fmt::format("the array has no kernel for {}", op_of(graph, layer)), 0, 0, ""});
        }
        for (const Refusal& refusal : refusals)
          report(layer, refusal);
      }
      layers.push_back(std::move(entry));
    }
    return complete;
  }

  // Keys of a layer's own section that decide nothing there.
  bool check_keys(const SearchLayer& layer, const std::string& name) {
    const auto own = options.config.layers.find(name);
    if (own == options.config.layers.end()) return true;
    const bool enters = std::ranges::any_of(layer.inputs, [](const GroupInput& input) {
      return std::ranges::any_of(input.parts, [](const InputPart& part) { return part.producer < 0; });
    });
    const auto unused = [&](std::string_view key, std::string reason) {
      diagnostics.add({.kind = ProblemKind::usage,
                       .code = "config.unused",
                       .node = fmt::format("layers.{}.{}", escaped(name), key),
                       .reason = std::move(reason),
                       .hint = "leave the key out"});
    };
    const bool transport = own->second.transport && layer.producer() < 0;
    const bool plio = own->second.plios && !enters && !layer.leaves;
    if (transport) unused("transport", "the layer reads what no other layer makes");
    if (plio) unused("plio", "nothing of the layer comes from or goes to programmable logic");
    return !transport && !plio;
  }

  const Shape& shape_of(ValueId value) const { return graph.type(value).shape; }

  bool looks_at_windows(const Layer& layer) const {
    for (const Lowering* lowering : lowerings_for(lowerings, op_of(graph, layer), target.backend)) {
      if (lowering->looks_at_windows != nullptr && lowering->looks_at_windows(context(layer))) return true;
    }
    return false;
  }

  // Whether rows keep to themselves from layer to layer, so that a batch can be cut anywhere; otherwise an iteration
  // works on one sample.
  bool keeps_rows(const Layer& layer) const {
    const std::int64_t here = matrix_shape(shape_of(layer.output)).rows;
    return !looks_at_windows(layer) && here == rows && std::ranges::all_of(layer.inputs, [&](const LayerInput& input) {
      return !input.flat && matrix_shape(shape_of(input.operand)).rows == here;
    });
  }

  // Finds the rows of the network's matrices, or its samples. False when there is neither.
  bool find_rows() {
    rows = matrix_shape(shape_of(parts.layers.front().input())).rows;
    const bool matrices = std::ranges::all_of(parts.layers, [&](const Layer& layer) { return keeps_rows(layer); });
    if (!matrices) {
      rows = shape_of(parts.layers.front().output).front();
      for (const MmulShape& shape : target.mmul_shapes)
        sample_unit = std::max<std::int64_t>(sample_unit, shape.rows);
    }
    bool complete = true;
    for (const Layer& layer : parts.layers) {
      const auto refuse = [&](std::string reason, std::string hint) {
        complete = false;
        report(layer, {ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)});
      };
      for (const LayerInput& input : layer.inputs) {
        const Shape& in = shape_of(input.flat ? input.flat->values.front() : input.operand);
        const Shape& out = shape_of(layer.output);
        if (element_count(in).value_or(0) == 0 || element_count(out).value_or(0) == 0) {
          refuse("a tensor of the layer is empty", "use dimensions of 1 and more");
        } else if (!matrices && (in.size() < 2 || out.size() < 2 || in[0] != rows || out[0] != rows)) {
          refuse(fmt::format("layers work on different numbers of samples, {} and {}", rows,
                             in[0] == rows ? out[0] : in[0]),
                 "keep the first dimension from input to output");
        }
      }
    }
    return complete;
  }

  void report_no_mapping(const TilingSearchResult& result) {
    if (result.blocking >= 0) {
      for (const Refusal& refusal : result.refusals)
        report(*layers[static_cast<std::size_t>(result.blocking)].layer, refusal);
      return;
    }
    if (!violations.empty()) {
      for (const Violation& violation : violations)
        diagnostics.add(diagnostic_of(violation, device));
      return;
    }
    const int tiles = options.most_tiles > 0 ? options.most_tiles : device.columns * device.rows;
    Diagnostic diagnostic{.kind = ProblemKind::device,
                          .code = "device.tiles",
                          .node = "all layers",
                          .reason = "the network needs more tiles than there are",
                          .expected = fmt::format("at most {} (tiles, {})", tiles, device.name),
                          .got = fmt::format("{}", result.tiles),
                          .hint = options.most_tiles > 0 ? "allow more with --max-tiles, or use fewer or smaller layers"
                                                         : "use fewer or smaller layers, or a larger device"};
    std::int64_t buffers = 0; // memory tiles of them
    if (!result.tilings.empty()) {
      buffers = memory_tiles({.tilings = result.tilings,
                              .ports = result.ports,
                              .places = std::vector<Coordinate>(result.tilings.size()),
                              .rows_per_iteration = 1,
                              .cycles = result.cycles});
    }
    if (buffers > memory_tiles_of(device)) {
      diagnostic.code = "device.memory-tiles";
      diagnostic.reason = "the buffers between the layers need more memory tiles than there are";
      diagnostic.expected = fmt::format("at most {} (memory tiles, {})", memory_tiles_of(device), device.name);
      diagnostic.got = fmt::format("{}", buffers);
    } else if (result.tiles <= tiles) {
      diagnostic.reason =
          "side by side, each with a column to its west, the layers' tiles need more columns than the array has";
      diagnostic.expected = fmt::format("at most {} (columns, {})", device.columns, device.name);
      diagnostic.got = fmt::format("{}", columns_needed(result.tilings));
    }
    diagnostics.add(std::move(diagnostic));
  }

  std::int64_t memory_tiles(const Mapping& mapping) const {
    return memory_tiles_for(connected(mapping).buffers, target, device);
  }

  MappingProblem problem() {
    const auto legal = [this](const Mapping& mapping) {
      std::vector<Violation> found = check_legality(connected(mapping), target, device);
      const bool accepted = found.empty();
      if (!accepted) violations = std::move(found);
      return accepted;
    };
    return {graph, layers, target, device, rows, sample_unit, options, legal};
  }

  // The mapping by the objective. Where images are so large that a layer can't be fed from a memory tile, bands of them
  // over more tiles than the weights need may be.
  std::optional<Mapping> choose(TilingSearchResult& failure) {
    std::optional<Mapping> mapping = choose_mapping(problem(), failure);
    if (mapping || spread || sample_unit == 0 || failure.blocking < 0) return mapping;
    spread = true;
    for (SearchLayer& layer : layers) {
      layer.tilings = layer.lowering->assess(context(*layer.layer)).tilings;
      keep_allowed(layer.fixed, layer.tilings);
    }
    return choose_mapping(problem(), failure);
  }

  // How wide the array would have to be for these tilings; the search knows arrays up to a width far above every
  // device's.
  int columns_needed(const std::vector<Tiling>& tilings) {
    int columns = device.columns + 1;
    while (columns < most_placement_columns && !place_tilings(problem(), tilings, columns))
      ++columns;
    return columns;
  }

  std::vector<PlioPolicy> plio_policies(const Mapping& mapping) const {
    std::vector<PlioPolicy> policies;
    for (const SearchLayer& layer : layers) {
      const std::int64_t cycles = options.objective == Objective::tiles ? 0 : mapping.cycles;
      policies.push_back(layer.most_plios > 0 ? PlioPolicy{1, layer.most_plios} : PlioPolicy{cycles, 0});
    }
    return policies;
  }

  // Everything but what the tiles run.
  Design connected(const Mapping& mapping) const {
    Design design;
    design.model = graph.name();
    design.target = target.name;
    design.device = device.name;
    design.by_sample = sample_unit > 0;
    design.row_unit = std::max<std::int64_t>(sample_unit, 1);
    design.rows = rows;
    design.rows_per_iteration = mapping.rows_per_iteration;
    design.iterations = divide_up(rows, mapping.rows_per_iteration);
    design.search = options.config.search.value_or(mapping.record);
    design.plios_asked = options.plios;
    design.host_before = parts.host_before;
    design.host_between = parts.host_between;
    design.host_after = parts.host_after;
    design.entering = parts.entering;
    design.leaving = parts.leaving;
    std::vector<std::vector<GroupInput>> inputs;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = *layers[i].layer;
      const Tiling& tiling = mapping.tilings[i];
      const Node& node = graph.node(layer.node);
      KernelGroup group;
      group.name = names[i];
      group.op = op_of(graph, layer);
      group.origin =
          text_of(layer.requantize ? merged(node.origin, graph.node(*layer.requantize).origin) : node.origin);
      group.node = layer.node;
      group.output = layer.output;
      group.columns = tiling.columns;
      group.rows = tiling.rows;
      group.strips = tiling.strips;
      group.batch_parts = tiling.batch_parts;
      group.repetitions = tiling.repetitions;
      group.input_slice = tiling.input_slice;
      group.output_slice = tiling.output_slice;
      group.input_in_west = tiling.input_in_west;
      group.place = mapping.places[i];
      group.plios_asked = layers[i].fixed.plios.value_or(0);
      add_ports(mapping.ports[i], layers[i], group);
      design.groups.push_back(std::move(group));
      inputs.push_back(layers[i].inputs);
    }
    connect_groups(graph, target, device, mapping.ports, inputs, plio_policies(mapping), design);
    return design;
  }

  Design build(const Mapping& mapping) const {
    Design design = connected(mapping);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Lowering& lowering = *layers[i].lowering;
      const Tiling& tiling = mapping.tilings[i];
      const LoweringContext here = context(*layers[i].layer, mapping.rows_per_iteration);
      KernelGroup& group = design.groups[i];
      KernelGroup made = lowering.build(here, tiling);
      group.kernel = std::move(made.kernel);
      group.kernel_classes = std::move(made.kernel_classes);
      group.config = std::move(made.config);
      group.parameters = std::move(made.parameters);
      group.multiply_accumulates = made.multiply_accumulates;
      group.config.push_back({"int", "place_column", fmt::format("{}", group.place.column)});
      group.config.push_back({"int", "place_row", fmt::format("{}", group.place.row)});
      group.config.push_back({"unsigned", "repetitions", fmt::format("{}", group.repetitions)});
      if (lowering.work != nullptr) group.work = lowering.work(here, tiling);
      group.memory = lowering.memory(here, tiling);
    }
    return design;
  }

  // What the group's ports carry, each operand a matrix of its own.
  static void add_ports(const LayerPorts& ports, const SearchLayer& layer, KernelGroup& group) {
    const auto add = [](const PortSet& side, ElementType element, std::vector<Port>& list) {
      for (int slice = 0; slice < side.ports; ++slice) {
        for (int part = 0; part < side.batch_parts; ++part)
          list.push_back({element, pattern_of(side, side.features(), {0, side.buffer_rows()}, slice, part)});
      }
    };
    for (const GroupInput& input : layer.inputs)
      add(ports.input, input.element, group.inputs);
    add(ports.output, layer.output, group.outputs);
  }
};

} // namespace

std::optional<Design> map_graph(const Graph& graph, const Target& target, const Device& device,
                                const LoweringRegistry& lowerings, Diagnostics& diagnostics,
                                const MapOptions& options) {
  std::optional<Partition> parts = partition(graph, diagnostics, options.allow_host_islands);
  if (!parts) return std::nullopt;
  const bool fixed = !options.config.layers.empty() || !options.config.ops.empty();
  const bool spread = fixed || options.objective != Objective::tiles;
  Mapper mapper{graph, target, device, lowerings, diagnostics, options, *std::move(parts), {}, {}, 0, 0, spread};
  mapper.name_layers();
  if (!mapper.check_config()) return std::nullopt;
  const bool equal_rows = mapper.find_rows();
  if (!mapper.assess_layers() || !equal_rows) return std::nullopt;
  TilingSearchResult failure;
  const std::optional<Mapping> mapping = mapper.choose(failure);
  if (!mapping) {
    mapper.report_no_mapping(failure);
    return std::nullopt;
  }
  Design design = mapper.build(*mapping);
  const std::vector<Violation> violations = check_legality(design, target, device);
  for (const Violation& violation : violations)
    diagnostics.add(diagnostic_of(violation, device));
  if (!violations.empty()) return std::nullopt;
  return design;
}

} // namespace tilewright
