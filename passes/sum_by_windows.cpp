#include "passes/sum_by_windows.h"

#include "ir/ops/reduce_sum.h"
#include "ir/ops/reshape.h"
#include "ir/ops/sum_pool.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

class Rewriter {
public:
  Rewriter(Graph& graph, PassContext& context, NodeId id)
      : graph_(graph), context_(context), id_(id), node_(graph.node(id)),
        axes_(node_.attributes.as<ReduceSumAttributes>().axes), shape_(graph.type(node_.operands[0]).shape) {}

  // What the node's result may be replaced by; nothing where the node can stay, or has no other form.
  std::optional<ValueId> run() {
    const auto last = static_cast<std::int64_t>(shape_.size()) - 1;
    if (axes_.empty() || axes_.front() == 0) return std::nullopt;
    const bool all = static_cast<std::int64_t>(axes_.size()) == last;
    if (axes_.back() == last) {
      if (axes_.size() == 1) return dense(node_.operands[0]);
      if (!all) return std::nullopt;
      const auto flat = add(
          "reshape",
          Attributes::of(ReshapeAttributes{{shape_[0], *element_count(shape_) / std::max<std::int64_t>(shape_[0], 1)}}),
          {node_.operands[0]});
      const auto sum = flat ? dense(*flat) : std::nullopt;
      return sum ? add("reshape", Attributes::of(ReshapeAttributes{graph_.type(node_.results[0]).shape}), {*sum})
                 : std::nullopt;
    }
    const bool all_of_space = static_cast<std::int64_t>(axes_.size()) == last - 1;
    constexpr std::int64_t most_axes = 2; // that windows on the array have
    if (all_of_space || last - 1 > most_axes) return std::nullopt;
    const auto axes_of_space = static_cast<std::size_t>(last - 1);
    const std::vector<std::int64_t> ones(axes_of_space, 1);
    const std::vector<std::int64_t> zeros(axes_of_space, 0);
    Windows windows{ones, ones, ones, zeros, zeros};
    for (const std::int64_t axis : axes_)
      windows.kernel[static_cast<std::size_t>(axis) - 1] = shape_[static_cast<std::size_t>(axis)];
    return add("sum_pool", Attributes::of(SumPoolAttributes{std::move(windows), 0}), {node_.operands[0]});
  }

private:
  std::optional<ValueId> dense(ValueId x) {
    const std::int64_t count = graph_.type(x).shape.back();
    const std::vector<std::int64_t> ones(static_cast<std::size_t>(count), 1);
    const ValueId weights = graph_.add_constant(graph_.value(node_.results[0]).name + ".ones",
                                                from_int64(ElementType::int8, {count, 1}, ones));
    const OpDefinition& op = *context_.ops.find("dense");
    return add("dense", op.default_attributes, {x, weights});
  }

  std::optional<ValueId> add(std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const auto added = graph_.add_node(*context_.ops.find(op), std::move(attributes), std::move(operands), node_.origin,
                                       id_, {{graph_.value(node_.results[0]).name}});
    if (!std::holds_alternative<NodeId>(added)) return std::nullopt;
    return graph_.node(std::get<NodeId>(added)).results[0];
  }

  Graph& graph_;
  PassContext& context_;
  NodeId id_;
  Node node_;
  std::vector<std::int64_t> axes_;
  Shape shape_;
};

Changed run(Graph& graph, PassContext& context) {
  std::map<ValueId, ValueId> replacements;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const Node& node = graph.node(id);
    if (!node.attributes.holds<ReduceSumAttributes>() || !is_integer(graph.type(node.operands[0]).element)) continue;
    const ValueId result = node.results[0];
    const std::optional<ValueId> other = Rewriter(graph, context, id).run();
    if (other && graph.type(*other).element == graph.type(result).element) replacements.emplace(result, *other);
  }
  if (replacements.empty()) return Changed::no;
  graph.replace_uses(replacements);
  erase_dead_nodes(graph);
  return Changed::yes;
}

} // namespace

void register_sum_by_windows(PassRegistry& registry) {
  registry.add({"sum_by_windows", "sums over some axes become sums over windows, or products with ones", run});
}

} // namespace tilewright
