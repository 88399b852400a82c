#include "passes/split_concat_readers.h"

#include "ir/ops/concat.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<NodeId> concat_behind(const Graph& graph, ValueId value) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  if (!producer || !graph.node(*producer).attributes.holds<ConcatAttributes>()) return std::nullopt;
  return producer;
}

bool has_one_scale(const Graph& graph, const Node& concat) {
  const Attributes* common = nullptr;
  for (const ValueId operand : concat.operands) {
    const std::optional<NodeId> producer = graph.value(operand).producer;
    if (!producer || !graph.node(*producer).attributes.holds<DequantizeAttributes>()) return false;
    const Attributes& attributes = graph.node(*producer).attributes;
    if (common && !(*common == attributes)) return false;
    common = &attributes;
  }
  return true;
}

// The op does the same to every branch.
bool is_uniform(const Node& node) {
  if (node.attributes.holds<QuantizeAttributes>()) return !node.attributes.as<QuantizeAttributes>().axis;
  return !node.attributes.holds<DequantizeAttributes>();
}

bool split(Graph& graph, NodeId id) {
  const Node node = graph.node(id);
  if (!node.op->traits.pointwise || node.operands.size() != 1 || !is_real(graph.type(node.operands[0])) ||
      !is_uniform(node)) {
    return false;
  }
  const std::optional<NodeId> found = concat_behind(graph, node.operands[0]);
  if (!found || has_one_scale(graph, graph.node(*found))) return false;
  const Node concat = graph.node(*found);
  const std::string name = graph.value(node.results[0]).name;
  std::vector<ValueId> branches;
  for (const ValueId operand : concat.operands) {
    const auto added = graph.add_node(*node.op, node.attributes, {operand}, node.origin, id,
                                      {{fmt::format("{}.branch{}", name, branches.size())}});
    branches.push_back(graph.node(std::get<NodeId>(added)).results[0]);
  }
  const auto joined = graph.add_node(*concat.op, concat.attributes, std::move(branches), concat.origin, id, {{name}});
  graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(joined)).results[0]);
  graph.erase_node(id);
  return true;
}

Changed run(Graph& graph, PassContext&) {
  bool changed = false;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order)
    changed = split(graph, id) || changed;
  if (changed) erase_dead_nodes(graph);
  return changed ? Changed::yes : Changed::no;
}

} // namespace

void register_split_concat_readers(PassRegistry& registry) {
  registry.add({"split_concat_readers", "quantizes each branch of a concatenation by itself", run});
}

} // namespace tilewright
