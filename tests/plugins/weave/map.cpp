#include "weave_backend.h"

#include "backends/common/blocks.h"
#include "backends/common/layers.h"
#include "backends/common/names.h"
#include "ir/ops/requantize.h"

#include <algorithm>
#include <fmt/format.h>

namespace weave {

using namespace tilewright;

namespace {

std::int64_t padded(ValueId value, const Graph& graph) {
  return round_up(matrix_shape(graph.type(value).shape).features, block_columns);
}

struct Mapper {
  const MapContext& context;
  Design design = {};
  int next_tile = 0; // column by column

  const Graph& graph() const { return context.graph; }

  bool refuse(const Node& node, ProblemKind kind, std::string reason, std::string expected = {}, std::string got = {}) {
    context.diagnostics.add({.kind = kind,
                             .code = kind == ProblemKind::device ? "device.limit" : "array.unsupported",
                             .node = text_of(node.origin),
                             .op = node.op->name,
                             .reason = std::move(reason),
                             .expected = std::move(expected),
                             .got = std::move(got)});
    return false;
  }

  // Output features of a tile: whole blocks whose weights fit beside one block of rows of everything.
  bool choose_tiles(const Node& node, std::int64_t inner, std::int64_t columns, KernelGroup& group,
                    std::int64_t& slice) {
    const std::int64_t memory = context.target.tile_memory_bytes;
    const bool has_weights = node.op->name == "dense";
    const auto bytes = [&](std::int64_t features) {
      return (has_weights ? 2 * inner * features : 0) + 24 * features + 4 * block_rows * (inner + 2 * features);
    };
    slice = columns;
    while (slice > block_columns && bytes(slice) > memory)
      slice -= block_columns;
    if (bytes(slice) > memory) {
      return refuse(node, ProblemKind::device, "a tile holds the weights of one block of output features",
                    fmt::format("at most {} bytes", memory), fmt::format("{}", bytes(slice)));
    }
    group.rows = static_cast<int>(divide_up(columns, slice));
    group.memory.weights = has_weights ? 2 * inner * slice : 0;
    const int rows = context.device.rows;
    if (group.rows > rows - next_tile % rows)
      next_tile = static_cast<int>(round_up(next_tile, rows)); // one column a layer
    group.place = {next_tile / rows, next_tile % rows};
    next_tile += group.rows;
    if (group.rows > rows || next_tile > rows * context.device.columns) {
      return refuse(node, ProblemKind::device, "the layers need more tiles than the array has",
                    fmt::format("at most {}, {} of them for one layer", rows * context.device.columns, rows));
    }
    return true;
  }

  void add_requantization(const RequantizeAttributes* attributes, std::int64_t columns, KernelGroup& group) {
    const RequantizeAttributes none;
    const RequantizeAttributes& step = attributes != nullptr ? *attributes : none;
    const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
    group.config = {{"bool", "requantize", attributes != nullptr ? "true" : "false"},
                    {"int", "shift", number(step.shift)},
                    {"rounding", "mode", "rounding::" + std::string(name_of(step.rounding))},
                    {"std::int64_t", "low", number(step.range.min)},
                    {"std::int64_t", "high", number(step.range.max)}};
    const auto add = [&](const char* member, const std::vector<std::int64_t>& values) {
      std::vector<std::int64_t> all(static_cast<std::size_t>(columns));
      for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = values.size() == 1 ? values[0] : i < values.size() ? values[i] : 0;
      group.parameters.push_back({member, 0, {}, 0, Tensor::of<std::int64_t>({columns}, all)});
    };
    add("multiplier", step.multiplier);
    add("addend", step.addend);
  }

  // Weights in blocks of block_inner x block_columns, the blocks of one output column after another; and the bias.
  void add_weights(const Node& node, std::int64_t inner, std::int64_t columns, KernelGroup& group) {
    const Tensor& weights = *graph().constant(node.operands[1]);
    const std::vector<std::int64_t> values = to_int64(weights);
    const std::int64_t width = weights.shape()[1];
    std::vector<std::int64_t> blocks;
    for (std::int64_t n = 0; n < columns; n += block_columns) {
      for (std::int64_t k = 0; k < inner; k += block_inner) {
        for (std::int64_t i = 0; i < block_inner * block_columns; ++i) {
          const std::int64_t row = k + i / block_columns;
          const std::int64_t column = n + i % block_columns;
          const bool inside = row < weights.shape()[0] && column < width;
          blocks.push_back(inside ? values[static_cast<std::size_t>(row * width + column)] : 0);
        }
      }
    }
    std::vector<std::int64_t> bias(static_cast<std::size_t>(columns));
    if (node.operands.size() > 2) std::ranges::copy(to_int64(*graph().constant(node.operands[2])), bias.begin());
    group.parameters.push_back({"weights", 0, {}, 0, Tensor::of<std::int64_t>({inner * columns}, blocks)});
    group.parameters.push_back({"bias", 0, {}, 0, Tensor::of<std::int64_t>({columns}, bias)});
  }

  bool can_compute(const Node& node) {
    if (node.op->name != "dense" && node.op->name != "requantize") {
      return refuse(node, ProblemKind::model, fmt::format("the Weave has no kernel for {}", node.op->name));
    }
    for (std::size_t i = 1; i < node.operands.size(); ++i) {
      if (graph().constant(node.operands[i]) == nullptr) {
        return refuse(node, ProblemKind::model, "weights and bias have to be constants");
      }
    }
    if (node.op->name == "dense" && (size_in_bytes(graph().type(node.operands[0]).element) > 2 ||
                                     size_in_bytes(graph().type(node.operands[1]).element) > 2)) {
      return refuse(node, ProblemKind::model, "the Weave multiplies 16 by 16 bits", "16 bits or fewer");
    }
    return true;
  }

  bool add_layer(const Layer& layer, NameTable& names) {
    const Node& node = graph().node(layer.node);
    if (!can_compute(node)) return false;
    const ValueId input = layer.input();
    const std::int64_t inner = round_up(matrix_shape(graph().type(input).shape).features, block_inner);
    const std::int64_t columns = padded(layer.output, graph());
    KernelGroup group;
    group.name =
        names.unique("layer_" + identifier(node.origin.nodes.empty() ? node.op->name : node.origin.nodes.back()));
    group.kernel = node.op->name;
    group.op = node.op->name;
    group.origin = text_of(node.origin);
    group.node = layer.node;
    group.output = layer.output;
    std::int64_t slice = 0;
    if (!choose_tiles(node, inner, columns, group, slice)) return false;
    const Node& last = layer.requantize ? graph().node(*layer.requantize) : node;
    add_requantization(last.op->name == "requantize" ? &last.attributes.as<RequantizeAttributes>() : nullptr, columns,
                       group);
    if (node.op->name == "dense") add_weights(node, inner, columns, group);
    const ElementType element = graph().type(layer.output).element;
    group.inputs.push_back({graph().type(input).element, row_major(inner, block_rows, 0, inner)});
    for (std::int64_t first = 0; first < columns; first += slice) {
      group.outputs.push_back({element, row_major(columns, block_rows, first, std::min(slice, columns - first))});
    }
    design.groups.push_back(std::move(group));
    return true;
  }

  void add_streams(const std::vector<ValueId>& values, Plio::Direction direction) {
    for (const ValueId value : values) {
      Plio plio;
      plio.direction = direction;
      plio.name = fmt::format("{}_{}", direction == Plio::Direction::in ? "in" : "out", value.index);
      plio.file = "data/" + plio.name + ".txt";
      plio.value = value;
      plio.element = graph().type(value).element;
      plio.features = padded(value, graph());
      plio.rows = block_rows;
      design.plios.push_back(std::move(plio));
    }
  }
};

} // namespace

std::optional<Design> map(const MapContext& context) {
  const std::optional<Partition> parts = partition(context.graph, context.diagnostics);
  if (!parts) return std::nullopt;
  Mapper mapper{context};
  Design& design = mapper.design;
  NameTable names;
  bool complete = true;
  for (const NodeId view : parts->views) {
    complete = mapper.refuse(context.graph.node(view), ProblemKind::model, "the Weave moves no columns between layers");
  }
  for (const Layer& layer : parts->layers)
    complete = mapper.add_layer(layer, names) && complete;
  if (!complete) return std::nullopt;
  design.model = context.graph.name();
  design.target = context.target.name;
  design.device = context.device.name;
  design.rows = matrix_shape(context.graph.type(parts->layers.front().output).shape).rows;
  design.rows_per_iteration = block_rows;
  design.iterations = divide_up(design.rows, block_rows);
  design.host_before = parts->host_before;
  design.host_after = parts->host_after;
  design.entering = parts->entering;
  design.leaving = parts->leaving;
  mapper.add_streams(parts->entering, Plio::Direction::in);
  mapper.add_streams(parts->leaving, Plio::Direction::out);
  return std::move(design);
}

} // namespace weave
