#include "passes/spread_by_products.h"

#include "ir/ops/gather.h"
#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

bool repeats_one_channel(const Graph& graph, const Node& node) {
  if (!node.attributes.holds<GatherAttributes>()) return false;
  const ValueType& x = graph.type(node.operands[0]);
  const auto last = static_cast<std::int64_t>(x.shape.size()) - 1;
  const auto& gather = node.attributes.as<GatherAttributes>();
  const bool small = is_integer(x.element) && storage_range(ElementType::int16).contains(range_of(x));
  return small && gather.axis == last && x.shape.back() == 1 && gather.indices.size() > 1 &&
         graph.value(node.operands[0]).producer.has_value();
}

// Whether a layer reads the value as it is.
bool is_read_by_layers(const Graph& graph, ValueId value) {
  return std::ranges::any_of(graph.users(value), [&](NodeId user) {
    const Node& node = graph.node(user);
    return !node.op->traits.shape_only && is_integer(graph.type(node.results[0]).element);
  });
}

std::optional<ValueId> spread(Graph& graph, PassContext& context, NodeId id) {
  const Node node = graph.node(id);
  const ValueType x = graph.type(node.operands[0]);
  const std::string name = graph.value(node.results[0]).name;
  const std::int64_t channels = graph.type(node.results[0]).shape.back();
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(channels), 1);
  const ValueId weights = graph.add_constant(name + ".ones", from_int64(ElementType::int8, {1, channels}, ones));
  const OpDefinition& dense = *context.ops.find("dense");
  const auto sums =
      graph.add_node(dense, dense.default_attributes, {node.operands[0], weights}, node.origin, id, {{name + ".sum"}});
  if (!std::holds_alternative<NodeId>(sums)) return std::nullopt;
  RescaleAttributes same;
  same.element = x.element;
  same.range = range_of(x);
  if (x.quantization && x.quantization->scales.size() == 1) {
    same.scale = x.quantization->scales;
    same.zero_point = x.quantization->zero_points;
  }
  const auto added = graph.add_node(*context.ops.find("rescale"), Attributes::of(std::move(same)),
                                    {graph.node(std::get<NodeId>(sums)).results[0]}, node.origin, id, {{name}});
  if (!std::holds_alternative<NodeId>(added)) return std::nullopt;
  return graph.node(std::get<NodeId>(added)).results[0];
}

Changed run(Graph& graph, PassContext& context) {
  std::map<ValueId, ValueId> replacements;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const Node node = graph.node(id);
    if (!repeats_one_channel(graph, node) || !is_read_by_layers(graph, node.results[0])) continue;
    if (const std::optional<ValueId> other = spread(graph, context, id)) replacements.emplace(node.results[0], *other);
  }
  if (replacements.empty()) return Changed::no;
  graph.replace_uses(replacements);
  erase_dead_nodes(graph);
  update_types(graph, context.diagnostics);
  return Changed::yes;
}

} // namespace

void register_spread_by_products(PassRegistry& registry) {
  registry.add({"spread_by_products", "one channel for many becomes a product with ones", run});
}

} // namespace tilewright
