#include "passes/fold_constants.h"

#include "passes/pass_support.h"

#include <algorithm>
#include <map>

namespace tilewright {

namespace {

// Folds in topological order, and rewires the graph in one sweep at the end.
class Folder {
public:
  explicit Folder(Graph& graph) : graph_(graph) {}

  bool run() {
    for (const NodeId id : graph_.order()) {
      if (can_fold(id)) fold(id);
    }
    graph_.replace_uses(replacements_);
    graph_.erase_nodes(folded_);
    return !folded_.empty();
  }

private:
  ValueId current(ValueId id) const {
    const auto replaced = replacements_.find(id);
    return replaced == replacements_.end() ? id : replaced->second;
  }

  bool can_fold(NodeId id) const {
    const Node& node = graph_.node(id);
    return !node.op->traits.dequantizer && node.op->evaluate && !node.operands.empty() &&
           std::ranges::all_of(node.operands, [&](ValueId operand) { return graph_.constant(current(operand)); }) &&
           is_little_work(id);
  }

  // Products of large constants are nothing that exporters leave behind; whoever writes them gets them computed later.
  bool is_little_work(NodeId id) const {
    constexpr std::int64_t most = std::int64_t{1} << 32;
    const Node& node = graph_.node(id);
    const std::vector<ValueType> operand_types = graph_.operand_types(id);
    const std::vector<ValueType> result_types = graph_.result_types(id);
    return node.op->work({node.attributes, {}, operand_types, result_types}).multiply_accumulates <= most;
  }

  void fold(NodeId id) {
    const Node& node = graph_.node(id);
    const std::vector<ValueType> result_types = graph_.result_types(id);
    std::vector<ValueType> operand_types;
    std::vector<const Tensor*> operands;
    for (const ValueId operand : node.operands) {
      operand_types.push_back(graph_.type(current(operand)));
      operands.push_back(graph_.constant(current(operand)));
    }
    std::vector<Tensor> results = node.op->evaluate({node.attributes, operands, operand_types, result_types});
    for (std::size_t i = 0; i < results.size(); ++i) {
      const ValueId result = node.results[i];
      replacements_[result] =
          graph_.add_constant(graph_.value(result).name, std::move(results[i]), result_types[i].quantization);
    }
    folded_.push_back(id);
  }

  Graph& graph_;
  std::map<ValueId, ValueId> replacements_;
  std::vector<NodeId> folded_;
};

Changed run(Graph& graph, PassContext& context) {
  if (!Folder(graph).run()) return Changed::no;
  // The range of a constant is that of its data, narrower than what its op could give.
  update_types(graph, context.diagnostics);
  return Changed::yes;
}

} // namespace

void register_fold_constants(PassRegistry& registry) {
  registry.add({"fold_constants", "computes nodes of constants, all but dequantization", run});
}

} // namespace tilewright
