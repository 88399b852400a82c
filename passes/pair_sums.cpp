#include "passes/pair_sums.h"

#include "ir/ops/requantize.h"
#include "passes/pass_support.h"

#include <algorithm>

namespace tilewright {

namespace {

// Multipliers of operand `k`.
std::vector<std::int64_t> multipliers_of(const RequantizeAttributes& attributes, std::size_t operands, std::size_t k) {
  const std::size_t per_operand = attributes.multiplier.size() / operands;
  const auto begin = attributes.multiplier.begin() + static_cast<std::ptrdiff_t>(k * per_operand);
  return {begin, begin + static_cast<std::ptrdiff_t>(per_operand)};
}

// The sum of the first two without rounding; nothing where it could leave 32 bits.
std::optional<RequantizeAttributes> first_pair(const Graph& graph, const Node& node) {
  const auto& attributes = node.attributes.as<RequantizeAttributes>();
  RequantizeAttributes pair;
  pair.multiplier.clear();
  IntegerRange range{0, 0};
  for (std::size_t k = 0; k < 2; ++k) {
    const std::vector<std::int64_t> multipliers = multipliers_of(attributes, node.operands.size(), k);
    const IntegerRange from = range_of(graph.type(node.operands[k]));
    __int128 low = 0;
    __int128 high = 0;
    for (const std::int64_t m : multipliers) {
      for (const std::int64_t x : {from.min, from.max}) {
        low = std::min(low, static_cast<__int128>(m) * x);
        high = std::max(high, static_cast<__int128>(m) * x);
      }
    }
    const IntegerRange storage = storage_range(ElementType::int32);
    if (low < storage.min || high > storage.max) return std::nullopt;
    range = {range.min + static_cast<std::int64_t>(low), range.max + static_cast<std::int64_t>(high)};
    pair.multiplier.insert(pair.multiplier.end(), multipliers.begin(), multipliers.end());
  }
  if (!storage_range(ElementType::int32).contains(range)) return std::nullopt;
  pair.range = range;
  pair.element = storage_range(ElementType::int16).contains(range) ? ElementType::int16 : ElementType::int32;
  return pair;
}

// One pair less; false where there is none.
bool pair_up(Graph& graph, const OpDefinition& requantize, NodeId& id) {
  const Node node = graph.node(id);
  const std::optional<RequantizeAttributes> pair = first_pair(graph, node);
  if (!pair) return false;
  const std::string name = graph.value(node.results[0]).name;
  const auto sum = graph.add_node(requantize, Attributes::of(*pair), {node.operands[0], node.operands[1]}, node.origin,
                                  id, {{name + ".pair"}});
  if (!std::holds_alternative<NodeId>(sum)) return false;
  RequantizeAttributes rest = node.attributes.as<RequantizeAttributes>();
  const std::size_t per_operand = rest.multiplier.size() / node.operands.size();
  std::vector<std::int64_t> multipliers(per_operand, 1);
  for (std::size_t k = 2; k < node.operands.size(); ++k) {
    const std::vector<std::int64_t> own = multipliers_of(rest, node.operands.size(), k);
    multipliers.insert(multipliers.end(), own.begin(), own.end());
  }
  rest.multiplier = std::move(multipliers);
  std::vector<ValueId> operands{graph.node(std::get<NodeId>(sum)).results[0]};
  operands.insert(operands.end(), node.operands.begin() + 2, node.operands.end());
  const auto added =
      graph.add_node(requantize, Attributes::of(std::move(rest)), std::move(operands), node.origin, id, {{name}});
  if (!std::holds_alternative<NodeId>(added)) return false;
  graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(added)).results[0]);
  graph.erase_node(id);
  id = std::get<NodeId>(added);
  return true;
}

Changed run(Graph& graph, PassContext& context) {
  const OpDefinition& requantize = *context.ops.find("requantize");
  const std::vector<NodeId> order = graph.order();
  for (NodeId id : order) {
    if (!graph.node(id).attributes.holds<RequantizeAttributes>()) continue;
    while (graph.node(id).operands.size() > 2 && pair_up(graph, requantize, id)) {
    }
  }
  if (graph.order() == order) return Changed::no;
  erase_dead_nodes(graph);
  return Changed::yes;
}

} // namespace

void register_pair_sums(PassRegistry& registry) {
  registry.add({"pair_sums", "sums of three and more tensors become sums of two, where those are exact", run});
}

} // namespace tilewright
