#include "backends/common/layers.h"

#include "backends/common/layer_list.h"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

namespace tilewright {

namespace {

bool is_float(const ValueType& type) { return !is_integer(type.element); }

bool touches_float(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const auto float_value = [&](ValueId value) { return is_float(graph.type(value)); };
  return std::ranges::any_of(node.results, float_value) || std::ranges::any_of(node.operands, float_value);
}

// Nodes that depend on graph inputs through host nodes only and that the array cannot or need not compute.
std::set<NodeId> nodes_before(const Graph& graph) {
  std::set<NodeId> before;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    const bool fed_by_host = std::ranges::all_of(node.operands, [&](ValueId operand) {
      const std::optional<NodeId> producer = graph.value(operand).producer;
      return !producer || before.contains(*producer);
    });
    if (fed_by_host && (touches_float(graph, id) || moves_elements(*node.op))) before.insert(id);
  }
  return before;
}

// Adds the views between layers whose results the host or the outside reads, too: the host repeats them.
void repeat_views(const Graph& graph, const std::vector<NodeId>& views, std::set<NodeId>& after) {
  for (const NodeId id : views | std::views::reverse) {
    const ValueId result = graph.node(id).results.front();
    const bool read_by_host =
        std::ranges::any_of(graph.users(result), [&](NodeId user) { return after.contains(user); });
    const bool is_output =
        std::ranges::any_of(graph.outputs(), [&](const GraphOutput& output) { return output.value == result; });
    if (read_by_host || is_output) after.insert(id);
  }
}

// Nodes whose results only host nodes and the outside read.
std::set<NodeId> nodes_after(const Graph& graph, const std::set<NodeId>& before) {
  std::set<NodeId> after;
  for (auto position = graph.order().rbegin(); position != graph.order().rend(); ++position) {
    const NodeId id = *position;
    if (before.contains(id)) continue;
    const Node& node = graph.node(id);
    const bool read_by_host = std::ranges::all_of(node.results, [&](ValueId result) {
      return std::ranges::all_of(graph.users(result), [&](NodeId user) { return after.contains(user); });
    });
    if (read_by_host && (touches_float(graph, id) || moves_elements(*node.op))) after.insert(id);
  }
  return after;
}

// What views do is found element by element; no array holds more than this, by far.
constexpr std::int64_t most_moved_elements = 1 << 22;

// Reports views of more elements than can be on the array.
bool views_are_small(const Graph& graph, const std::set<NodeId>& host, Diagnostics& diagnostics) {
  bool small = true;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    if (host.contains(id) || !moves_elements(*node.op)) continue;
    std::int64_t elements = element_count(graph.type(node.results.front()).shape).value_or(0);
    for (const ValueId operand : node.operands)
      elements = std::max(elements, element_count(graph.type(operand).shape).value_or(0));
    if (elements <= most_moved_elements) continue;
    small = false;
    diagnostics.add({.kind = ProblemKind::model,
                     .code = "array.view",
                     .node = text_of(node.origin),
                     .op = node.op->name,
                     .tensor = graph.value(node.results.front()).name,
                     .reason = "a view between layers has more elements than the array could hold",
                     .expected = fmt::format("at most {}", most_moved_elements),
                     .got = fmt::format("{}", elements),
                     .hint = "use a smaller batch or smaller images"});
  }
  return small;
}

} // namespace

std::optional<Partition> partition(const Graph& graph, Diagnostics& diagnostics, bool allow_host_islands) {
  const std::size_t errors = diagnostics.error_count();
  const std::set<NodeId> before = nodes_before(graph);
  std::set<NodeId> after = nodes_after(graph, before);
  std::set<NodeId> host = before;
  host.insert(after.begin(), after.end());
  if (!views_are_small(graph, host, diagnostics)) return std::nullopt;
  Partition result;
  std::set<NodeId> islands;
  LayerList layers(graph, before, diagnostics);
  for (const NodeId id : graph.order()) {
    if (before.contains(id)) {
      result.host_before.push_back(id);
    } else if (after.contains(id)) {
      continue;
    } else if (touches_float(graph, id) && allow_host_islands) {
      islands.insert(id);
    } else if (touches_float(graph, id)) {
      refuse_node(graph, id, "array.float-island", "a float node stands between integer ones",
                  "quantize its input and its result", diagnostics);
    } else if (moves_elements(*graph.node(id).op)) {
      result.views.push_back(id);
    } else {
      layers.add(id);
    }
  }
  if (diagnostics.error_count() > errors) return std::nullopt;
  result.layers = layers.take();
  for (const Layer& layer : result.layers)
    std::erase(result.views, layer.node);
  repeat_views(graph, result.views, after);
  repeat_views(graph, result.views, islands);
  std::ranges::copy_if(graph.order(), std::back_inserter(result.host_after),
                       [&](NodeId id) { return after.contains(id); });
  std::ranges::copy_if(graph.order(), std::back_inserter(result.host_between),
                       [&](NodeId id) { return islands.contains(id); });
  if (result.layers.empty()) {
    diagnostics.add({.kind = ProblemKind::model,
                     .code = "array.nothing",
                     .reason = "the model leaves nothing for the array to compute",
                     .hint = "quantize the inputs and weights of its layers"});
    return std::nullopt;
  }
  const auto append_once = [](std::vector<ValueId>& list, ValueId value) {
    if (std::ranges::find(list, value) == list.end()) list.push_back(value);
  };
  std::set<ValueId> produced;
  for (const Layer& layer : result.layers)
    produced.insert(layer.output);
  for (const Layer& layer : result.layers) {
    for (const LayerInput& input : layer.inputs) {
      for (const Segment& segment : input.segments) {
        if (!produced.contains(segment.value)) append_once(result.entering, segment.value);
      }
      if (!input.flat) continue;
      for (const ValueId value : input.flat->values) {
        if (!produced.contains(value)) append_once(result.entering, value);
      }
    }
  }
  for (const Layer& layer : result.layers) {
    const bool read_by_host = std::ranges::any_of(graph.users(layer.output),
                                                  [&](NodeId u) { return after.contains(u) || islands.contains(u); });
    const bool is_output =
        std::ranges::any_of(graph.outputs(), [&](const GraphOutput& output) { return output.value == layer.output; });
    if (read_by_host || is_output) append_once(result.leaving, layer.output);
  }
  return result;
}

std::string_view op_of(const Graph& graph, const Layer& layer) {
  return layer.rearrangement ? rearranging_op : std::string_view(graph.node(layer.node).op->name);
}

MatrixShape matrix_shape(const Shape& shape) {
  MatrixShape matrix;
  if (shape.empty()) return matrix;
  matrix.features = shape.back();
  for (std::size_t i = 0; i + 1 < shape.size(); ++i)
    matrix.rows *= shape[i];
  return matrix;
}

} // namespace tilewright
