#include "passes/permute_weights.h"

#include "ir/ops/dequantize.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"
#include "passes/pass_support.h"

namespace tilewright {

namespace {

// The node of op attributes `T` that makes `value`, if it is one.
template <class T> std::optional<NodeId> made_by(const Graph& graph, ValueId value) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  if (!producer || !graph.node(*producer).attributes.holds<T>()) return std::nullopt;
  return producer;
}

// What is read flat: dequantized or not, a tensor whose transpose became rows.
struct FlatRead {
  std::optional<NodeId> dequantize; // between the rows and the layer
  NodeId reshape;
  NodeId transpose;
};

std::optional<FlatRead> flat_read(const Graph& graph, ValueId rows) {
  const std::optional<NodeId> dequantize = made_by<DequantizeAttributes>(graph, rows);
  if (dequantize) {
    if (graph.node(*dequantize).attributes.as<DequantizeAttributes>().axis) return std::nullopt;
    rows = graph.node(*dequantize).operands[0];
  }
  const std::optional<NodeId> reshape = made_by<ReshapeAttributes>(graph, rows);
  if (!reshape) return std::nullopt;
  const ValueId turned = graph.node(*reshape).operands[0];
  const std::optional<NodeId> transpose = made_by<TransposeAttributes>(graph, turned);
  if (!transpose) return std::nullopt;
  const Shape& from = graph.type(turned).shape;
  const Shape& to = graph.type(rows).shape;
  const auto& permutation = graph.node(*transpose).attributes.as<TransposeAttributes>().permutation;
  if (from.size() < 2 || to.size() != 2 || from[0] != to[0] || permutation[0] != 0) return std::nullopt;
  return FlatRead{dequantize, *reshape, *transpose};
}

class Permuter {
public:
  Permuter(Graph& graph, const OpRegistry& ops)
      : graph_(graph), transpose_(*ops.find("transpose")), reshape_(*ops.find("reshape")) {}

  bool run() {
    bool changed = false;
    const std::vector<NodeId> order = graph_.order();
    for (const NodeId id : order) {
      const Node& node = graph_.node(id);
      const bool is_dense = node.op->traits.contraction && node.operands.size() >= 2 &&
                            graph_.type(node.operands[0]).shape.size() == 2 &&
                            graph_.type(node.operands[1]).shape.size() == 2;
      if (!is_dense) continue;
      if (const auto read = flat_read(graph_, node.operands[0])) {
        permute(id, *read);
        changed = true;
      }
    }
    if (changed) erase_dead_nodes(graph_);
    return changed;
  }

private:
  // Rows are numbered by the transposed tensor's axes behind the first; x numbers them by its own.
  ValueId permuted(ValueId weights, const Shape& turned, const std::vector<std::int64_t>& permutation, const Node& node,
                   NodeId before) {
    const Shape matrix = graph_.type(weights).shape;
    const std::string name = graph_.value(weights).name;
    Shape split(turned.begin() + 1, turned.end());
    split.push_back(matrix[1]);
    std::vector<std::int64_t> order(split.size());
    for (std::size_t i = 1; i < permutation.size(); ++i)
      order[static_cast<std::size_t>(permutation[i]) - 1] = static_cast<std::int64_t>(i) - 1;
    order.back() = static_cast<std::int64_t>(split.size()) - 1;
    const ValueId axes = added_result(graph_, reshape_, Attributes::of(ReshapeAttributes{split}), {weights},
                                      node.origin, before, name + ".axes");
    const ValueId moved = added_result(graph_, transpose_, Attributes::of(TransposeAttributes{order}), {axes},
                                       node.origin, before, name + ".moved");
    return added_result(graph_, reshape_, Attributes::of(ReshapeAttributes{matrix}), {moved}, node.origin, before,
                        name);
  }

  void permute(NodeId id, const FlatRead& read) {
    const Node node = graph_.node(id);
    const Node reshape = graph_.node(read.reshape);
    const Node transpose = graph_.node(read.transpose);
    ValueId rows = added_result(graph_, reshape_, reshape.attributes, {transpose.operands[0]}, reshape.origin, id,
                                graph_.value(reshape.results[0]).name);
    if (read.dequantize) {
      const Node dequantize = graph_.node(*read.dequantize);
      rows = added_result(graph_, *dequantize.op, dequantize.attributes, {rows}, dequantize.origin, id,
                          graph_.value(dequantize.results[0]).name);
    }
    std::vector<ValueId> operands = node.operands;
    operands[0] = rows;
    operands[1] = permuted(node.operands[1], graph_.type(transpose.results[0]).shape,
                           transpose.attributes.as<TransposeAttributes>().permutation, node, id);
    const ValueId result = added_result(graph_, *node.op, node.attributes, std::move(operands), node.origin, id,
                                        graph_.value(node.results[0]).name);
    graph_.replace_uses(node.results[0], result);
    graph_.erase_node(id);
  }

  Graph& graph_;
  const OpDefinition& transpose_;
  const OpDefinition& reshape_;
};

Changed run(Graph& graph, PassContext& context) {
  return Permuter(graph, context.ops).run() ? Changed::yes : Changed::no;
}

} // namespace

void register_permute_weights(PassRegistry& registry) {
  registry.add({"permute_weights", "reorders weights instead of transposing what they read", run});
}

} // namespace tilewright
