#include "backends/common/layer_list.h"

#include "backends/common/row_layout.h"
#include "backends/common/views.h"
#include "ir/ops/conv.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

constexpr Iteration one_sample{true, 1, 1};

// Whether both have the same image rows, where an iteration may work on one sample.
bool same_image(const Shape& a, const Shape& b) {
  if (a.empty() || b.empty() || a[0] != b[0]) return true;
  return layout_of(one_sample, a) == layout_of(one_sample, b);
}

bool is_identity(const Rearrangement& rearrangement) {
  for (std::size_t i = 0; i < rearrangement.source.size(); ++i) {
    if (rearrangement.source[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

// Channel by channel, a layer's result would have the gaps of its operand; weights between all channels have zeros
// there.
bool reads_gaps(const Node& node) {
  if (!node.op->traits.contraction || node.op->traits.pointwise || node.operands.size() < 2) return false;
  return !node.attributes.holds<ConvAttributes>() || node.attributes.as<ConvAttributes>().groups == 1;
}

// Whether the elements of an image lie one behind the other in no row, however image rows are padded.
bool has_gaps(const Graph& graph, const FlatImage& flat) {
  constexpr Iteration padded{true, 1, 8}; // to as many pixels as any target does
  return !input_layout(graph, {{}, {}, flat}, padded).contiguous();
}

bool has_gaps(const Graph& graph, const LayerInput& input) {
  return graph.value(input.operand).producer && !input_layout(graph, input, one_sample).contiguous();
}

// How many values share one buffer at most: memory tiles of both generations have 6 channels to be written through
// (device.h), and a value may come in two parts.
constexpr std::size_t most_joined_values = 4;

std::size_t value_count(const std::vector<Segment>& segments) {
  std::set<ValueId> values;
  for (const Segment& segment : segments)
    values.insert(segment.value);
  return values.size();
}

} // namespace

void refuse_node(const Graph& graph, NodeId id, std::string code, std::string reason, std::string hint,
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
  const RowLayout to = layout_of(one_sample, graph_.type(value).shape);
  return before != source && to.height > 1 && to.rows() > most &&
         layout_of(one_sample, graph_.type(source).shape).height == 1 &&
         layout_of(one_sample, graph_.type(before).shape).height == to.height;
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

// Adds layers for the concatenations of which `value` is made, until few values are left.
void LayerList::join_in_parts(ValueId value) {
  if (value_count(*columns_of(value)) <= most_joined_values) return;
  const ValueId joined = source_of_views(graph_, value, host_);
  for (const ValueId part : graph_.node(*graph_.value(joined).producer).operands) {
    if (!columns_of(part)) continue;
    join_in_parts(part);
    const std::vector<Segment> segments = *columns_of(part);
    if (value_count(segments) > 1) close_gaps({part, segments});
  }
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

// A layer that makes the operand of one value whose columns it has in another order, or several times.
bool LayerList::gather(const LayerInput& input) {
  const ValueId source = source_of_views(graph_, input.operand, host_);
  return input.segments.size() > 1 && source != input.operand && columns_of(source) && rearrange(source, input.operand);
}

std::optional<Layer> LayerList::layer_of(NodeId id) {
  const Node& node = graph_.node(id);
  Layer layer{id, {}, {}, node.results.front()};
  for (const ValueId operand : node.operands) {
    if (graph_.constant(operand)) continue;
    if (!columns_of(operand)) {
      std::optional<FlatImage> flat = flat_image_of(graph_, operand, host_);
      if (flat && (reads_gaps(node) || !has_gaps(graph_, *flat))) {
        layer.inputs.push_back({operand, {}, std::move(flat)});
        continue;
      }
    }
    if (!reach(operand)) {
      refuse_node(graph_, id, "array.view", "a view in front of the node mixes samples, or the rows of several tensors",
                  "keep the first dimension from layer to layer, and concatenate along the last", diagnostics_);
      return std::nullopt;
    }
    join_in_parts(operand);
    LayerInput input{operand, *columns_of(operand)};
    if (!reads_gaps(node) && has_gaps(graph_, input)) {
      if (!gather(input)) close_gaps(input);
      input.segments = *columns_of(operand);
    }
    layer.inputs.push_back(std::move(input));
  }
  if (layer.inputs.empty() || node.results.size() != 1) {
    refuse_node(graph_, id, "array.operands", "the array computes nodes with a computed operand and one result",
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

} // namespace tilewright
