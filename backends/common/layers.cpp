#include "backends/common/layers.h"

#include "backends/common/row_layout.h"
#include "backends/common/views.h"
#include "ir/ops/conv.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
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

// Collects the layers of a graph, and those that its views need.
class LayerList {
public:
  LayerList(const Graph& graph, std::set<NodeId> host, Diagnostics& diagnostics)
      : graph_(graph), host_(std::move(host)), diagnostics_(diagnostics) {}

  // Nothing where the node is computed along with a layer that is there already.
  void add(NodeId id) {
    if (merged_.contains(id)) return;
    if (std::optional<Layer> layer = layer_of(id)) {
      if (layer->requantize) merged_.insert(*layer->requantize);
      layers_.push_back(*std::move(layer));
    }
  }

  std::vector<Layer> take() { return std::move(layers_); }

private:
  std::optional<Layer> layer_of(NodeId id);
  std::optional<std::vector<Segment>> columns_of(ValueId value) const;
  bool reach(ValueId value);
  bool spreads_widely(ValueId source, ValueId before, ValueId value) const;
  bool rearrange(ValueId source, ValueId value);
  void close_gaps(const LayerInput& input);

  const Graph& graph_;
  std::set<NodeId> host_; // and nodes of layers: no views for what reads them
  Diagnostics& diagnostics_;
  std::set<NodeId> merged_;
  std::vector<Layer> layers_;
};

// Whether both have the same image rows, where an iteration may work on one sample.
bool same_image(const Shape& a, const Shape& b) {
  if (a.empty() || b.empty() || a[0] != b[0]) return true;
  constexpr Iteration sample{true, 1, 1};
  return layout_of(sample, a) == layout_of(sample, b);
}

bool is_identity(const Rearrangement& rearrangement) {
  for (std::size_t i = 0; i < rearrangement.source.size(); ++i) {
    if (rearrangement.source[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

// The columns of values that there are, if views do no more than choose them.
std::optional<std::vector<Segment>> LayerList::columns_of(ValueId value) const {
  const Shape& shape = graph_.type(value).shape;
  std::optional<std::vector<Segment>> segments = segments_of(graph_, value, host_);
  if (segments) {
    const bool same = std::ranges::all_of(
        *segments, [&](const Segment& segment) { return same_image(graph_.type(segment.value).shape, shape); });
    return same ? segments : std::nullopt;
  }
  const ValueId source = source_of_views(graph_, value, host_);
  const Shape& from = graph_.type(source).shape;
  if (source == value || from.empty() || shape.empty() || from.back() != shape.back() || !same_image(from, shape)) {
    return std::nullopt;
  }
  const std::optional<Rearrangement> rearrangement = rearrangement_between(graph_, source, value);
  return rearrangement && is_identity(*rearrangement) ? columns_of(source) : std::nullopt;
}

// Adds the layers without which `value` is no columns of values that there are.
bool LayerList::reach(ValueId value) {
  if (columns_of(value)) return true;
  const ValueId source = source_of_views(graph_, value, host_);
  if (source == value) { // several operands
    const Node& view = graph_.node(*graph_.value(value).producer);
    return std::ranges::all_of(view.operands, [&](ValueId operand) { return reach(operand); }) && columns_of(value);
  }
  if (!reach(source)) return false;
  const ValueId before = graph_.node(*graph_.value(value).producer).operands[0];
  const ValueId from = spreads_widely(source, before, value) && rearrange(source, before) ? before : source;
  return rearrange(from, value);
}

// Whether one row of pixels becomes an image of several that one call of a kernel may not hold, although `before`,
// which has as many rows, could be cut into calls.
bool LayerList::spreads_widely(ValueId source, ValueId before, ValueId value) const {
  constexpr std::int64_t most = 1024; // pixels; 8 channels of 16 bits fill a memory bank then
  constexpr Iteration sample{true, 1, 1};
  const RowLayout to = layout_of(sample, graph_.type(value).shape);
  return before != source && to.height > 1 && to.rows() > most &&
         layout_of(sample, graph_.type(source).shape).height == 1 &&
         layout_of(sample, graph_.type(before).shape).height == to.height;
}

// Adds the layer that does what the views between the two do.
bool LayerList::rearrange(ValueId source, ValueId value) {
  std::optional<Rearrangement> rearrangement = rearrangement_between(graph_, source, value);
  if (!rearrangement) return false;
  const NodeId node = *graph_.value(value).producer;
  layers_.push_back({node, {}, {{source, *columns_of(source)}}, value, std::move(rearrangement)});
  host_.insert(node);
  return true;
}

// Channel by channel, a layer's result would have the gaps of its operand; weights between all channels have zeros
// there.
bool reads_gaps(const Node& node) {
  if (!node.op->traits.contraction || node.op->traits.pointwise || node.operands.size() < 2) return false;
  return !node.attributes.holds<ConvAttributes>() || node.attributes.as<ConvAttributes>().groups == 1;
}

bool has_gaps(const Graph& graph, const LayerInput& input) {
  return graph.value(input.operand).producer && !input_layout(graph, input, Iteration{true, 1, 1}).contiguous();
}

// A layer that puts the columns of a joined buffer side by side.
void LayerList::close_gaps(const LayerInput& input) {
  const Shape& shape = graph_.type(input.operand).shape;
  Rearrangement same;
  same.source.resize(static_cast<std::size_t>(*element_count(shape) / std::max<std::int64_t>(shape.front(), 1)));
  std::iota(same.source.begin(), same.source.end(), 0);
  const NodeId node = *graph_.value(input.operand).producer;
  layers_.push_back({node, {}, {input}, input.operand, std::move(same)});
  host_.insert(node);
}

std::optional<Layer> LayerList::layer_of(NodeId id) {
  const Node& node = graph_.node(id);
  Layer layer{id, {}, {}, node.results.front()};
  for (const ValueId operand : node.operands) {
    if (!is_computed(graph_, operand)) continue;
    if (!columns_of(operand)) {
      if (std::optional<FlatImage> flat = flat_image_of(graph_, operand, host_)) {
        layer.inputs.push_back({operand, {}, std::move(flat)});
        continue;
      }
    }
    if (!reach(operand)) {
      refuse(graph_, id, "array.view", "a view in front of the node mixes samples, or the rows of several tensors",
             "keep the first dimension from layer to layer, and concatenate along the last", diagnostics_);
      return std::nullopt;
    }
    LayerInput input{operand, *columns_of(operand)};
    if (!reads_gaps(node) && has_gaps(graph_, input)) {
      close_gaps(input);
      input.segments = *columns_of(operand);
    }
    layer.inputs.push_back(std::move(input));
  }
  if (layer.inputs.empty() || node.results.size() != 1) {
    refuse(graph_, id, "array.operands", "the array computes nodes with a computed operand and one result",
           "fold the node into a constant", diagnostics_);
    return std::nullopt;
  }
  const std::vector<NodeId> users = graph_.users(layer.output);
  if (node.op->traits.contraction && users.size() == 1 && graph_.use_count(layer.output) == 1 &&
      graph_.node(users.front()).op->name == "requantize" && graph_.node(users.front()).operands.size() == 1) {
    layer.requantize = users.front();
    layer.output = graph_.node(users.front()).results.front();
  }
  return layer;
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
      refuse(graph, id, "array.float-island", "a float node stands between integer ones",
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
