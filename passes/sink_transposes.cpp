#include "passes/sink_transposes.h"

#include "ir/ops/concat.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/gather.h"
#include "ir/ops/pad.h"
#include "ir/ops/quantize.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <map>
#include <set>

namespace tilewright {

namespace {

using Permutation = std::vector<std::int64_t>;

Permutation inverse(const Permutation& permutation) {
  Permutation result(permutation.size());
  for (std::size_t i = 0; i < permutation.size(); ++i)
    result[static_cast<std::size_t>(permutation[i])] = static_cast<std::int64_t>(i);
  return result;
}

bool is_identity(const Permutation& permutation) {
  for (std::size_t i = 0; i < permutation.size(); ++i) {
    if (permutation[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

// A value that is a transpose of another one.
struct Transposed {
  ValueId source;
  Permutation permutation;
};

// Goes through the graph in topological order with what is known of each value: the value that replaces it, and whether
// that is a transpose. Nodes that lost their readers are dead code in the end.
class Sinker {
public:
  Sinker(Graph& graph, const OpRegistry& ops)
      : graph_(graph), transpose_(*ops.find("transpose")), reshape_(*ops.find("reshape")) {}

  bool run() {
    const std::vector<NodeId> order = graph_.order();
    for (const NodeId id : order) {
      mark_constant(id);
      mark_input_side(id);
      const Node node = graph_.node(id);
      if (node.attributes.holds<TransposeAttributes>()) {
        join(id, node);
      } else if (changes_nothing(node)) {
        replacements_[node.results[0]] = current(node.operands[0]);
      } else if ((node.op->traits.pointwise || keeps_axes(node.attributes)) && node.results.size() == 1) {
        sink(id, node);
      }
    }
    graph_.replace_uses(replacements_);
    if (!replacements_.empty()) erase_dead_nodes(graph_);
    return !replacements_.empty();
  }

private:
  // A reshape to the same shape, as keepdims leaves them.
  bool changes_nothing(const Node& node) const {
    return node.attributes.holds<ReshapeAttributes>() && !is_constant(node.results[0]) &&
           graph_.type(node.operands[0]).shape == graph_.type(node.results[0]).shape;
  }

  ValueId current(ValueId id) const {
    const auto found = replacements_.find(id);
    return found == replacements_.end() ? id : found->second;
  }
  bool is_constant(ValueId id) const { return graph_.constant(id) || constant_.contains(id); }

  // What constants alone lead to is left to the folding of constants.
  void mark_constant(NodeId id) {
    const Node& node = graph_.node(id);
    if (!std::ranges::all_of(node.operands, [&](ValueId operand) { return is_constant(operand); })) return;
    for (const ValueId result : node.results)
      constant_.insert(result);
  }

  // What element-wise ops and views make of the model's inputs, which can be given in any order of axes.
  void mark_input_side(NodeId id) {
    const Node& node = graph_.node(id);
    if (!node.op->traits.pointwise && !node.op->traits.shape_only) return;
    if (!std::ranges::all_of(node.operands, [&](ValueId operand) { return is_on_input_side(operand); })) return;
    for (const ValueId result : node.results)
      input_side_.insert(result);
  }
  bool is_on_input_side(ValueId id) const {
    return is_constant(id) || !graph_.value(id).producer || input_side_.contains(id);
  }

  // A transpose of `source`: one that there is, or a new one.
  ValueId transposed(ValueId source, const Permutation& permutation, const Node& from, NodeId before,
                     const std::string& name) {
    const auto [position, is_new] = turned_.try_emplace({source, permutation});
    if (is_new) {
      position->second = added_result(graph_, transpose_, Attributes::of(TransposeAttributes{permutation}), {source},
                                      from.origin, before, name);
      transposed_[position->second] = {source, permutation};
    }
    return position->second;
  }

  // The node's result becomes a transpose of `source`.
  void replace(const Node& node, NodeId before, ValueId source, const Permutation& permutation) {
    const ValueId old = node.results[0];
    const std::string name = graph_.value(old).name;
    replacements_[old] = is_identity(permutation) ? source : transposed(source, permutation, node, before, name);
  }

  // Two transposes are one, or none.
  void join(NodeId id, const Node& node) {
    if (is_constant(node.results[0])) return;
    const Permutation& outer = node.attributes.as<TransposeAttributes>().permutation;
    const ValueId operand = current(node.operands[0]);
    const auto inner = transposed_.find(operand);
    if (inner == transposed_.end()) {
      if (operand != node.operands[0] || is_identity(outer) || turned_.contains({operand, outer})) {
        replace(node, id, operand, outer);
      } else {
        transposed_[node.results[0]] = {operand, outer};
        turned_[{operand, outer}] = node.results[0];
      }
      return;
    }
    Permutation both;
    for (const std::int64_t axis : outer)
      both.push_back(inner->second.permutation[static_cast<std::size_t>(axis)]);
    replace(node, id, inner->second.source, both);
  }

  // The permutation that all computed operands share, if they do; where an array's result is transposed, operands from
  // the model's inputs follow.
  std::optional<Permutation> common_permutation(const Node& node) const {
    std::optional<Permutation> common;
    bool inputs_follow = false;
    for (const ValueId operand : node.operands) {
      if (is_constant(operand)) continue;
      const auto found = transposed_.find(current(operand));
      if (found == transposed_.end()) continue;
      if (common && *common != found->second.permutation) return std::nullopt;
      // Broadcasting would align other axes.
      if (graph_.type(operand).shape.size() != graph_.type(node.results[0]).shape.size()) return std::nullopt;
      common = found->second.permutation;
      inputs_follow |= !is_on_input_side(operand);
    }
    if (!common) return std::nullopt;
    const bool all = std::ranges::all_of(node.operands, [&](ValueId operand) {
      return is_constant(operand) || transposed_.contains(current(operand)) ||
             moves_ones(graph_.type(operand).shape, *common) ||
             (inputs_follow && is_on_input_side(operand) && graph_.type(operand).shape.size() == common->size());
    });
    return all ? common : std::nullopt;
  }

  // Whether the transpose of a tensor with this result only moves axes of size 1: a reshape does the same.
  static bool moves_ones(const Shape& result, const Permutation& permutation) {
    if (result.size() != permutation.size()) return false;
    std::int64_t last = -1;
    for (std::size_t axis = 0; axis < result.size(); ++axis) {
      if (result[axis] == 1) continue;
      if (permutation[axis] < last) return false;
      last = permutation[axis];
    }
    return true;
  }

  // A computed operand without its transpose.
  ValueId untransposed(const Node& node, NodeId before, ValueId operand, const Permutation& permutation) {
    const ValueId known = current(operand);
    if (const auto found = transposed_.find(known); found != transposed_.end()) return found->second.source;
    const std::string name = graph_.value(known).name;
    if (!moves_ones(graph_.type(known).shape, permutation)) {
      return transposed(known, inverse(permutation), node, before, name);
    }
    const Shape shape = turned(graph_.type(known).shape, permutation);
    return added_result(graph_, reshape_, Attributes::of(ReshapeAttributes{shape}), {known}, node.origin, before, name);
  }

  // Ops that name axes, and leave every other one alone and in its place.
  static bool keeps_axes(const Attributes& attributes) {
    return attributes.holds<ConcatAttributes>() || attributes.holds<GatherAttributes>() ||
           attributes.holds<PadAttributes>() || attributes.holds<ReduceSumAttributes>();
  }

  // A list with an entry an axis, as the operand without its transpose has them.
  static std::vector<std::int64_t> turned(const std::vector<std::int64_t>& list, const Permutation& permutation) {
    std::vector<std::int64_t> result(list.size());
    for (std::size_t axis = 0; axis < list.size(); ++axis)
      result[static_cast<std::size_t>(permutation[axis])] = list[axis];
    return result;
  }

  // Attributes with an axis, for the operand without its transpose.
  static Attributes without_transpose(const Attributes& attributes, const Permutation& permutation) {
    const auto moved = [&](std::optional<std::int64_t> axis) {
      return axis ? std::optional(permutation[static_cast<std::size_t>(*axis)]) : axis;
    };
    if (attributes.holds<QuantizeAttributes>()) {
      auto quantize = attributes.as<QuantizeAttributes>();
      quantize.axis = moved(quantize.axis);
      return Attributes::of(std::move(quantize));
    }
    if (attributes.holds<DequantizeAttributes>()) {
      auto dequantize = attributes.as<DequantizeAttributes>();
      dequantize.axis = moved(dequantize.axis);
      return Attributes::of(std::move(dequantize));
    }
    if (attributes.holds<ConcatAttributes>()) {
      return Attributes::of(ConcatAttributes{*moved(attributes.as<ConcatAttributes>().axis)});
    }
    if (attributes.holds<GatherAttributes>()) {
      auto gather = attributes.as<GatherAttributes>();
      gather.axis = *moved(gather.axis);
      return Attributes::of(std::move(gather));
    }
    if (attributes.holds<PadAttributes>()) {
      auto pad = attributes.as<PadAttributes>();
      pad.begin = turned(pad.begin, permutation);
      pad.end = turned(pad.end, permutation);
      return Attributes::of(std::move(pad));
    }
    if (attributes.holds<ReduceSumAttributes>()) {
      auto sum = attributes.as<ReduceSumAttributes>();
      for (std::int64_t& axis : sum.axes)
        axis = *moved(axis);
      std::ranges::sort(sum.axes);
      return Attributes::of(std::move(sum));
    }
    return attributes;
  }

  // The constant as it lies along the operand without its transpose.
  ValueId turned_constant(const Node& node, NodeId before, ValueId constant, const Permutation& permutation) {
    Shape shape = graph_.type(constant).shape;
    if (element_count(shape) == 1) return constant;
    const std::string name = graph_.value(constant).name;
    if (shape.size() < permutation.size()) {
      shape.insert(shape.begin(), permutation.size() - shape.size(), 1);
      constant = added_result(graph_, reshape_, Attributes::of(ReshapeAttributes{shape}), {constant}, node.origin,
                              before, name);
      constant_.insert(constant);
    }
    const ValueId turned = added_result(graph_, transpose_, Attributes::of(TransposeAttributes{inverse(permutation)}),
                                        {constant}, node.origin, before, name);
    constant_.insert(turned);
    return turned;
  }

  void sink(NodeId id, const Node& node) {
    const auto permutation = common_permutation(node);
    if (!permutation || is_constant(node.results[0])) return;
    std::vector<ValueId> operands;
    for (const ValueId operand : node.operands) {
      operands.push_back(is_constant(operand) ? turned_constant(node, id, operand, *permutation)
                                              : untransposed(node, id, operand, *permutation));
    }
    const ValueId result = added_result(graph_, *node.op, without_transpose(node.attributes, *permutation),
                                        std::move(operands), node.origin, id, graph_.value(node.results[0]).name);
    replace(node, id, result, *permutation);
  }

  Graph& graph_;
  const OpDefinition& transpose_;
  const OpDefinition& reshape_;
  std::map<ValueId, ValueId> replacements_;
  std::map<ValueId, Transposed> transposed_; // of values that are not replaced
  std::set<ValueId> constant_;               // computed from constants alone
  std::set<ValueId> input_side_;
  std::map<std::pair<ValueId, Permutation>, ValueId> turned_; // transposes that there are
};

Changed run(Graph& graph, PassContext& context) {
  return Sinker(graph, context.ops).run() ? Changed::yes : Changed::no;
}

} // namespace

void register_sink_transposes(PassRegistry& registry) {
  registry.add({"sink_transposes", "moves transposes behind element-wise ops and joins them", run});
}

} // namespace tilewright
