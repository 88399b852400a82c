#include "passes/absorb_clips.h"

#include "ir/ops/clip.h"
#include "ir/ops/quantize.h"
#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

bool is_integer_clip(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  return node.attributes.holds<ClipAttributes>() && is_integer(graph.type(node.operands[0]).element) &&
         !graph.constant(node.operands[0]);
}

// `range` within the clip's bounds, as clamping behind clamping makes it.
IntegerRange clipped(const IntegerRange& range, const ClipAttributes& clip) {
  const auto limit = [&](std::int64_t value) {
    if (clip.low && Rational(value) < *clip.low) value = clip.low->ceil().to_int64().value_or(value);
    if (clip.high && Rational(value) > *clip.high) value = clip.high->floor().to_int64().value_or(value);
    return value;
  };
  return {limit(range.min), limit(range.max)};
}

std::optional<NodeId> quantizer_in_front(const Graph& graph, NodeId id) {
  const ValueId operand = graph.node(id).operands[0];
  const std::optional<NodeId> producer = graph.value(operand).producer;
  if (!producer || graph.use_count(operand) != 1) return std::nullopt;
  if (!graph.node(*producer).attributes.holds<QuantizeAttributes>()) return std::nullopt;
  return producer;
}

RescaleAttributes clamp_of(const ValueType& type, const ClipAttributes& clip) {
  RescaleAttributes rescale;
  rescale.element = type.element;
  rescale.range = clipped(storage_range(type.element), clip);
  if (type.quantization) {
    rescale.scale = type.quantization->scales;
    rescale.zero_point = type.quantization->zero_points;
    if (type.quantization->axis) rescale.axis = static_cast<std::int64_t>(*type.quantization->axis);
  }
  return rescale;
}

bool absorb(Graph& graph, NodeId id, PassContext& context) {
  const Node node = graph.node(id);
  const auto& clip = node.attributes.as<ClipAttributes>();
  const std::optional<NodeId> front = quantizer_in_front(graph, id);
  const OpDefinition* op = context.ops.find("rescale");
  Attributes attributes;
  std::vector<ValueId> operands = node.operands;
  Origin origin = node.origin;
  if (front) {
    const Node& quantizer = graph.node(*front);
    auto narrowed = quantizer.attributes.as<QuantizeAttributes>();
    narrowed.range = clipped(narrowed.range, clip);
    op = quantizer.op;
    attributes = Attributes::of(std::move(narrowed));
    operands = quantizer.operands;
    origin = merged(quantizer.origin, node.origin);
  } else {
    attributes = Attributes::of(clamp_of(graph.type(node.operands[0]), clip));
  }
  const auto added = graph.add_node(*op, std::move(attributes), std::move(operands), std::move(origin), id,
                                    {{graph.value(node.results[0]).name}});
  if (!std::holds_alternative<NodeId>(added)) return false;
  graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(added)).results[0]);
  graph.erase_node(id);
  if (front) graph.erase_node(*front);
  return true;
}

Changed run(Graph& graph, PassContext& context) {
  Changed changed = Changed::no;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    if (is_integer_clip(graph, id) && absorb(graph, id, context)) changed = Changed::yes;
  }
  if (changed == Changed::yes) update_types(graph, context.diagnostics);
  return changed;
}

} // namespace

void register_absorb_clips(PassRegistry& registry) {
  registry.add({"absorb_clips", "makes the bounds of integer clips the range of a quantizer or a rescale", run});
}

} // namespace tilewright
