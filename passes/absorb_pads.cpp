#include "passes/absorb_pads.h"

#include "ir/ops/conv.h"
#include "ir/ops/pad.h"
#include "ir/ops/sum_pool.h"
#include "ir/ops/transpose.h"
#include "passes/pass_support.h"

#include <map>

namespace tilewright {

namespace {

// `windows` with the padding in front of them, and the value that stands outside then.
struct Wider {
  Windows windows;
  std::int64_t pad_value = 0;
};

std::optional<Wider> absorbed(const PadAttributes& pad, const Windows& windows, std::int64_t pad_value) {
  const std::optional<std::int64_t> value = pad.value.to_int64();
  if (!value || (has_padding(windows) && *value != pad_value)) return std::nullopt;
  const std::size_t last = pad.begin.size() - 1;
  if (pad.begin[0] != 0 || pad.end[0] != 0 || pad.begin[last] != 0 || pad.end[last] != 0) return std::nullopt;
  Wider result{windows, *value};
  for (std::size_t axis = 0; axis < windows.kernel.size(); ++axis) {
    result.windows.pads_begin[axis] += pad.begin[axis + 1];
    result.windows.pads_end[axis] += pad.end[axis + 1];
  }
  return result;
}

// The attributes of the node with the padding of its operand; nullopt where it has no windows or they differ.
std::optional<Attributes> with_padding(const Node& node, const PadAttributes& pad) {
  const auto rebuilt = [&](auto attributes) -> std::optional<Attributes> {
    const std::optional<Wider> wider = absorbed(pad, attributes.windows, attributes.pad_value);
    if (!wider) return std::nullopt;
    attributes.windows = wider->windows;
    attributes.pad_value = wider->pad_value;
    return Attributes::of(std::move(attributes));
  };
  if (node.attributes.holds<ConvAttributes>()) return rebuilt(node.attributes.as<ConvAttributes>());
  if (node.attributes.holds<SumPoolAttributes>()) return rebuilt(node.attributes.as<SumPoolAttributes>());
  return std::nullopt;
}

// The padding in front of a value, as it lies along the value's own axes.
struct PadInFront {
  NodeId node;
  PadAttributes attributes;
  std::optional<TransposeAttributes> transpose; // between the padding and the value
};

std::optional<PadInFront> pad_in_front_of(const Graph& graph, ValueId value) {
  std::optional<NodeId> producer = graph.value(value).producer;
  std::optional<TransposeAttributes> transpose;
  if (producer && graph.node(*producer).attributes.holds<TransposeAttributes>()) {
    transpose = graph.node(*producer).attributes.as<TransposeAttributes>();
    producer = graph.value(graph.node(*producer).operands[0]).producer;
  }
  if (!producer || !graph.node(*producer).attributes.holds<PadAttributes>()) return std::nullopt;
  PadInFront result{*producer, graph.node(*producer).attributes.as<PadAttributes>(), transpose};
  if (transpose) {
    const PadAttributes pad = result.attributes;
    for (std::size_t axis = 0; axis < pad.begin.size(); ++axis) {
      const auto from = static_cast<std::size_t>(transpose->permutation[axis]);
      result.attributes.begin[axis] = pad.begin[from];
      result.attributes.end[axis] = pad.end[from];
    }
  }
  return result;
}

Changed run(Graph& graph, PassContext& context) {
  std::map<ValueId, ValueId> replacements;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const Node node = graph.node(id);
    if (node.operands.empty() || !is_integer(graph.type(node.operands[0]).element)) continue;
    const std::optional<PadInFront> found = pad_in_front_of(graph, node.operands[0]);
    if (!found) continue;
    std::optional<Attributes> attributes = with_padding(node, found->attributes);
    if (!attributes) continue;
    const Node pad = graph.node(found->node);
    std::vector<ValueId> operands = node.operands;
    operands[0] = pad.operands[0];
    if (found->transpose) {
      const auto turned = graph.add_node(*context.ops.find("transpose"), Attributes::of(*found->transpose),
                                         {operands[0]}, pad.origin, id, {{graph.value(node.operands[0]).name}});
      operands[0] = graph.node(std::get<NodeId>(turned)).results[0];
    }
    const auto added = graph.add_node(*node.op, *std::move(attributes), std::move(operands),
                                      merged(pad.origin, node.origin), id, {{graph.value(node.results[0]).name}});
    if (!std::holds_alternative<NodeId>(added)) continue; // what it would lead to is refused: the padding stays
    replacements[node.results[0]] = graph.node(std::get<NodeId>(added)).results[0];
  }
  if (replacements.empty()) return Changed::no;
  graph.replace_uses(replacements);
  erase_dead_nodes(graph);
  return Changed::yes;
}

} // namespace

void register_absorb_pads(PassRegistry& registry) {
  registry.add({"absorb_pads", "padding in front of windows becomes theirs", run});
}

} // namespace tilewright
