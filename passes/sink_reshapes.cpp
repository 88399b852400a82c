#include "passes/sink_reshapes.h"

#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"
#include "ir/ops/reshape.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <map>

namespace tilewright {

namespace {

// Whether the op does the same to every element, wherever it lies.
bool is_alike(const Node& node) {
  if (!node.op->traits.pointwise || node.results.size() != 1) return false;
  if (node.attributes.holds<QuantizeAttributes>()) return !node.attributes.as<QuantizeAttributes>().axis;
  if (node.attributes.holds<DequantizeAttributes>()) return !node.attributes.as<DequantizeAttributes>().axis;
  return true;
}

// Goes through the graph in topological order, so that a reshape passes a chain of ops; one sweep rewires it.
class Sinker {
public:
  Sinker(Graph& graph, const OpRegistry& ops) : graph_(graph), reshape_(*ops.find("reshape")) {}

  bool run() {
    const std::vector<NodeId> order = graph_.order();
    for (const NodeId id : order)
      sink(id);
    graph_.replace_uses(replacements_);
    if (!replacements_.empty()) erase_dead_nodes(graph_);
    return !replacements_.empty();
  }

private:
  ValueId current(ValueId id) const {
    const auto found = replacements_.find(id);
    return found == replacements_.end() ? id : found->second;
  }

  // The image in front of the reshape that makes rows of it.
  std::optional<ValueId> image_of(ValueId value) const {
    const std::optional<NodeId> producer = graph_.value(value).producer;
    if (!producer || !graph_.node(*producer).attributes.holds<ReshapeAttributes>()) return std::nullopt;
    const ValueId image = graph_.node(*producer).operands[0];
    const Shape& shape = graph_.type(image).shape;
    const bool is_row = graph_.type(value).shape.size() == 2 && shape.size() > 2;
    return is_row && !graph_.constant(image) ? std::optional(image) : std::nullopt;
  }

  void sink(NodeId id) {
    const Node node = graph_.node(id);
    if (!is_alike(node)) return;
    const Shape row = graph_.type(node.results[0]).shape;
    std::vector<ValueId> operands;
    std::optional<Shape> shape;
    for (const ValueId operand : node.operands) {
      const ValueId known = current(operand);
      const Shape& own = graph_.type(known).shape;
      if (graph_.constant(known) != nullptr && element_count(own) == 1 && own.size() <= row.size()) {
        operands.push_back(known);
        continue;
      }
      const std::optional<ValueId> image = image_of(known);
      if (!image || own != row || (shape && *shape != graph_.type(*image).shape)) return;
      shape = graph_.type(*image).shape;
      operands.push_back(*image);
    }
    if (!shape) return;
    const std::string name = graph_.value(node.results[0]).name;
    const auto moved =
        graph_.add_node(*node.op, node.attributes, std::move(operands), node.origin, id, {{name + ".image"}});
    if (!std::holds_alternative<NodeId>(moved)) return;
    const ValueId image = graph_.node(std::get<NodeId>(moved)).results[0];
    replacements_[node.results[0]] =
        added_result(graph_, reshape_, Attributes::of(ReshapeAttributes{row}), {image}, node.origin, id, name);
  }

  Graph& graph_;
  const OpDefinition& reshape_;
  std::map<ValueId, ValueId> replacements_;
};

Changed run(Graph& graph, PassContext& context) {
  return Sinker(graph, context.ops).run() ? Changed::yes : Changed::no;
}

} // namespace

void register_sink_reshapes(PassRegistry& registry) {
  registry.add({"sink_reshapes", "moves reshapes of images to rows behind element-wise ops", run});
}

} // namespace tilewright
