#include "backends/common/layers.h"

#include "backends/common/views.h"

#include <algorithm>
#include <ranges>
#include <set>

namespace tilewright {

namespace {

bool is_float(const ValueType& type) { return !is_integer(type.element); }

bool touches_float(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const auto float_value = [&](ValueId value) { return is_float(graph.type(value)); };
  return std::ranges::any_of(node.results, float_value) || std::ranges::any_of(node.operands, float_value);
}

bool is_computed(const Graph& graph, ValueId value) { return graph.constant(value) == nullptr; }

// Nodes that depend on graph inputs through host nodes only and that the array cannot or need not compute.
std::set<NodeId> nodes_before(const Graph& graph) {
  std::set<NodeId> before;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    const bool fed_by_host = std::ranges::all_of(node.operands, [&](ValueId operand) {
      const std::optional<NodeId> producer = graph.value(operand).producer;
      return !producer || before.contains(*producer);
    });
    if (fed_by_host && (touches_float(graph, id) || node.op->traits.shape_only)) before.insert(id);
  }
  return before;
}

// Adds the views between layers whose results the host or the outside reads, too: the host repeats them.
void repeat_views(const Graph& graph, const std::vector<NodeId>& views, std::set<NodeId>& after) {
  for (const NodeId id : views | std::views::reverse) {
    const ValueId result = graph.node(id).results.front();
    const bool read_by_host = std::ranges::any_of(graph.users(result), [&](NodeId user) { return after.contains(user); });
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
    if (read_by_host && (touches_float(graph, id) || node.op->traits.shape_only)) after.insert(id);
  }
  return after;
}

void refuse(const Graph& graph, NodeId id, std::string code, std::string reason, std::string hint,
            Diagnostics& diagnostics) {
  const Node& node = graph.node(id);
  diagnostics.add({.kind = ProblemKind::model,
                   .code = std::move(code),
                   .node = text_of(node.origin),
                   .op = node.op->name,
                   .tensor = graph.value(node.results.front()).name,
                   .reason = std::move(reason),
                   .hint = std::move(hint)});
}

std::optional<Layer> layer_of(const Graph& graph, NodeId id, const std::set<NodeId>& before, Diagnostics& diagnostics) {
  const Node& node = graph.node(id);
  Layer layer{id, {}, {}, node.results.front()};
  for (const ValueId operand : node.operands) {
    if (!is_computed(graph, operand)) continue;
    std::optional<std::vector<Segment>> segments = segments_of(graph, operand, before);
    if (!segments) {
      if (std::optional<FlatImage> flat = flat_image_of(graph, operand, before)) {
        layer.inputs.push_back({operand, {}, std::move(flat)});
        continue;
      }
      refuse(graph, id, "array.view", "a view in front of the node moves elements from row to row",
             "keep all dimensions but the last from layer to layer", diagnostics);
      return std::nullopt;
    }
    layer.inputs.push_back({operand, *std::move(segments)});
  }
  if (layer.inputs.empty() || node.results.size() != 1) {
    refuse(graph, id, "array.operands", "the array computes nodes with a computed operand and one result",
           "fold the node into a constant", diagnostics);
    return std::nullopt;
  }
  const std::vector<NodeId> users = graph.users(layer.output);
  if (node.op->traits.contraction && users.size() == 1 && graph.use_count(layer.output) == 1 &&
      graph.node(users.front()).op->name == "requantize" && graph.node(users.front()).operands.size() == 1) {
    layer.requantize = users.front();
    layer.output = graph.node(users.front()).results.front();
  }
  return layer;
}

} // namespace

std::optional<Partition> partition(const Graph& graph, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const std::set<NodeId> before = nodes_before(graph);
  std::set<NodeId> after = nodes_after(graph, before);
  Partition result;
  std::set<NodeId> merged;
  for (const NodeId id : graph.order()) {
    if (before.contains(id)) {
      result.host_before.push_back(id);
    } else if (after.contains(id)) {
      continue;
    } else if (touches_float(graph, id)) {
      refuse(graph, id, "array.float-island", "a float node stands between integer ones",
             "quantize its input and its result", diagnostics);
    } else if (graph.node(id).op->traits.shape_only) {
      result.views.push_back(id);
    } else if (!merged.contains(id)) {
      if (const std::optional<Layer> layer = layer_of(graph, id, before, diagnostics)) {
        result.layers.push_back(*layer);
        if (layer->requantize) merged.insert(*layer->requantize);
      }
    }
  }
  if (diagnostics.error_count() > errors) return std::nullopt;
  repeat_views(graph, result.views, after);
  std::ranges::copy_if(graph.order(), std::back_inserter(result.host_after), [&](NodeId id) { return after.contains(id); });
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
  for (const Layer& layer : result.layers) produced.insert(layer.output);
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
    const bool read_by_host = std::ranges::any_of(graph.users(layer.output), [&](NodeId u) { return after.contains(u); });
    const bool is_output = std::ranges::any_of(graph.outputs(), [&](const GraphOutput& output) { return output.value == layer.output; });
    if (read_by_host || is_output) append_once(result.leaving, layer.output);
  }
  return result;
}

MatrixShape matrix_shape(const Shape& shape) {
  MatrixShape matrix;
  if (shape.empty()) return matrix;
  matrix.features = shape.back();
  for (std::size_t i = 0; i + 1 < shape.size(); ++i) matrix.rows *= shape[i];
  return matrix;
}

} // namespace tilewright
