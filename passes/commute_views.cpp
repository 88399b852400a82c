#include "passes/commute_views.h"

#include "ir/ops/dequantize.h"

#include <cassert>
#include <map>

namespace tilewright {

namespace {

// The dequantization in front of a view, if the view can pass it.
struct Crossing {
  NodeId dequantization;
  DequantizeAttributes attributes; // as they are behind the view
};

// Moves views in topological order, so that a view behind a view meets the dequantization behind the moved one, and
// rewires the graph in one sweep at the end.
class Mover {
public:
  explicit Mover(Graph& graph) : graph_(graph) {}

  bool run() {
    const std::vector<NodeId> order = graph_.order();
    for (const NodeId id : order) {
      if (const std::optional<Crossing> crossing = crossing_of(id)) commute(id, *crossing);
    }
    graph_.replace_uses(replacements_);
    graph_.erase_nodes(moved_);
    erase_unread_dequantizations();
    return !moved_.empty();
  }

private:
  ValueId operand_of(const Node& view) const {
    const auto replaced = replacements_.find(view.operands[0]);
    return replaced == replacements_.end() ? view.operands[0] : replaced->second;
  }

  std::optional<Crossing> crossing_of(NodeId id) const {
    const Node& view = graph_.node(id);
    if (!view.op->traits.shape_only || view.operands.size() != 1) return std::nullopt;
    const ValueId operand = operand_of(view);
    const std::optional<NodeId> producer = graph_.value(operand).producer;
    if (!producer || !graph_.node(*producer).op->traits.dequantizer) return std::nullopt;
    const Attributes& attributes = graph_.node(*producer).attributes;
    if (!attributes.holds<DequantizeAttributes>()) return std::nullopt;
    Crossing crossing{*producer, attributes.as<DequantizeAttributes>()};
    if (!crossing.attributes.axis) return crossing;
    if (!view.op->map_axis) return std::nullopt;
    const ValueType& type = graph_.type(operand);
    const Tensor* const constant = nullptr;
    const auto axis = view.op->map_axis({view.attributes, {&type, 1}, {&constant, 1}},
                                        static_cast<std::size_t>(*crossing.attributes.axis));
    if (!axis) return std::nullopt;
    crossing.attributes.axis = static_cast<std::int64_t>(*axis);
    return crossing;
  }

  void commute(NodeId id, const Crossing& crossing) {
    const Node view = graph_.node(id);
    const Node dequantization = graph_.node(crossing.dequantization);
    const std::string name = graph_.value(view.results[0]).name;
    const auto moved =
        graph_.add_node(*view.op, view.attributes, {dequantization.operands[0]}, view.origin, id, {{name + ".int"}});
    if (!std::holds_alternative<NodeId>(moved)) return; // refuses the integer form of what it accepted in float
    const ValueId integers = graph_.node(std::get<NodeId>(moved)).results[0];
    const auto real = graph_.add_node(*dequantization.op, Attributes::of(crossing.attributes), {integers},
                                      dequantization.origin, id, {{name}});
    assert(std::holds_alternative<NodeId>(real));
    replacements_.emplace(view.results[0], graph_.node(std::get<NodeId>(real)).results[0]);
    moved_.push_back(id);
    passed_.push_back(crossing.dequantization);
  }

  void erase_unread_dequantizations() {
    std::vector<bool> read(graph_.value_count(), false);
    for (const GraphOutput& output : graph_.outputs())
      read[output.value.index] = true;
    for (const NodeId id : graph_.order()) {
      for (const ValueId operand : graph_.node(id).operands)
        read[operand.index] = true;
    }
    std::erase_if(passed_, [&](NodeId id) { return read[graph_.node(id).results[0].index]; });
    graph_.erase_nodes(passed_);
  }

  Graph& graph_;
  std::map<ValueId, ValueId> replacements_;
  std::vector<NodeId> moved_;  // views
  std::vector<NodeId> passed_; // dequantizations
};

Changed run(Graph& graph, PassContext&) { return Mover(graph).run() ? Changed::yes : Changed::no; }

} // namespace

void register_commute_views(PassRegistry& registry) {
  registry.add({"commute_views", "moves reshapes and transposes in front of dequantization", run});
}

} // namespace tilewright
