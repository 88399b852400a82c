#include "passes/concat_features.h"

#include "ir/ops/concat.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"
#include "passes/pass_support.h"

#include <functional>
#include <numeric>

namespace tilewright {

namespace {

std::int64_t product(Shape::const_iterator begin, Shape::const_iterator end) {
  return std::accumulate(begin, end, std::int64_t{1}, std::multiplies<>());
}

class Joiner {
public:
  Joiner(Graph& graph, const OpRegistry& ops)
      : graph_(graph), transpose_(*ops.find("transpose")), reshape_(*ops.find("reshape")) {}

  bool run() {
    bool changed = false;
    const std::vector<NodeId> order = graph_.order();
    for (const NodeId id : order)
      changed = join(id) || changed;
    return changed;
  }

private:
  bool join(NodeId id) {
    const Node node = graph_.node(id);
    if (!node.attributes.holds<ConcatAttributes>()) return false;
    const auto axis = static_cast<std::size_t>(node.attributes.as<ConcatAttributes>().axis);
    const ValueType type = graph_.type(node.results[0]);
    if (axis == 0 || axis + 1 == type.shape.size() || !is_integer(type.element)) return false;
    std::vector<ValueId> rows;
    for (const ValueId operand : node.operands)
      rows.push_back(row_of(node, id, operand, axis));
    const std::string name = graph_.value(node.results[0]).name;
    const ValueId joined = added_result(graph_, *node.op, Attributes::of(ConcatAttributes{1}), std::move(rows),
                                        node.origin, id, name + ".row");
    graph_.replace_uses(node.results[0], from_row(node, id, joined, type.shape, axis));
    graph_.erase_node(id);
    return true;
  }

  // Axes from `axis` on come first in a row, so that the rows of several tensors follow each other along that axis.
  ValueId row_of(const Node& node, NodeId before, ValueId value, std::size_t axis) {
    const Shape shape = graph_.type(value).shape;
    const auto at = shape.begin() + static_cast<std::ptrdiff_t>(axis);
    const std::int64_t outer = product(shape.begin() + 1, at);
    const std::int64_t inner = product(at, shape.end());
    if (outer > 1) value = turned(node, before, reshaped(node, before, value, {shape[0], outer, inner}));
    return reshaped(node, before, value, {shape[0], outer * inner});
  }

  ValueId from_row(const Node& node, NodeId before, ValueId row, const Shape& shape, std::size_t axis) {
    const auto at = shape.begin() + static_cast<std::ptrdiff_t>(axis);
    const std::int64_t outer = product(shape.begin() + 1, at);
    const std::int64_t inner = product(at, shape.end());
    if (outer > 1) row = turned(node, before, reshaped(node, before, row, {shape[0], inner, outer}));
    return reshaped(node, before, row, shape);
  }

  ValueId reshaped(const Node& node, NodeId before, ValueId value, Shape shape) {
    return added_result(graph_, reshape_, Attributes::of(ReshapeAttributes{std::move(shape)}), {value}, node.origin,
                        before, graph_.value(value).name);
  }

  ValueId turned(const Node& node, NodeId before, ValueId value) {
    return added_result(graph_, transpose_, Attributes::of(TransposeAttributes{{0, 2, 1}}), {value}, node.origin,
                        before, graph_.value(value).name);
  }

  Graph& graph_;
  const OpDefinition& transpose_;
  const OpDefinition& reshape_;
};

Changed run(Graph& graph, PassContext& context) {
  return Joiner(graph, context.ops).run() ? Changed::yes : Changed::no;
}

} // namespace

void register_concat_features(PassRegistry& registry) {
  registry.add({"concat_features", "turns concatenations along other axes into ones of features", run});
}

} // namespace tilewright
