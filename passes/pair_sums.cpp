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

// A sum without rounding; nothing where it could leave 32 bits. Multipliers of one operand after the other.
std::optional<RequantizeAttributes> exact_sum(const Graph& graph, const std::vector<ValueId>& operands,
                                              std::vector<std::int64_t> multipliers) {
  const std::size_t per_operand = multipliers.size() / operands.size();
  __int128 low = 0;
  __int128 high = 0;
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const IntegerRange from = range_of(graph.type(operands[k]));
    __int128 least = 0;
    __int128 most = 0;
    for (std::size_t c = 0; c < per_operand; ++c) {
      for (const std::int64_t x : {from.min, from.max}) {
        least = std::min(least, static_cast<__int128>(multipliers[k * per_operand + c]) * x);
        most = std::max(most, static_cast<__int128>(multipliers[k * per_operand + c]) * x);
      }
    }
    low += least;
    high += most;
  }
  const IntegerRange storage = storage_range(ElementType::int32);
  if (low < storage.min || high > storage.max) return std::nullopt;
  RequantizeAttributes sum;
  sum.multiplier = std::move(multipliers);
  sum.range = {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
  sum.element = storage_range(ElementType::int16).contains(sum.range) ? ElementType::int16 : ElementType::int32;
  return sum;
}

std::optional<RequantizeAttributes> first_pair(const Graph& graph, const Node& node) {
  const auto& attributes = node.attributes.as<RequantizeAttributes>();
  std::vector<std::int64_t> multipliers = multipliers_of(attributes, node.operands.size(), 0);
  const std::vector<std::int64_t> second = multipliers_of(attributes, node.operands.size(), 1);
  multipliers.insert(multipliers.end(), second.begin(), second.end());
  return exact_sum(graph, {node.operands[0], node.operands[1]}, std::move(multipliers));
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

// What is left of the node in the end.
NodeId pair_up_all(Graph& graph, const OpDefinition& requantize, NodeId id) {
  while (graph.node(id).operands.size() > 2 && pair_up(graph, requantize, id)) {
  }
  return id;
}

// Large multipliers as high * 2^15 + low: a sum with each part fits 32 bits, and one of both parts is left.
void split_multipliers(Graph& graph, const OpDefinition& requantize, NodeId id) {
  constexpr int low_bits = 15;
  const Node node = graph.node(id);
  RequantizeAttributes rest = node.attributes.as<RequantizeAttributes>();
  std::vector<std::int64_t> high;
  std::vector<std::int64_t> low;
  for (const std::int64_t multiplier : rest.multiplier) {
    high.push_back(multiplier >> low_bits);
    low.push_back(multiplier & ((std::int64_t{1} << low_bits) - 1));
  }
  std::vector<NodeId> parts;
  std::vector<ValueId> sums;
  for (auto* multipliers : {&high, &low}) {
    const auto sum = exact_sum(graph, node.operands, std::move(*multipliers));
    if (!sum) return; // the nodes so far are erased with all else that nobody reads
    const auto added = graph.add_node(requantize, Attributes::of(*sum), node.operands, node.origin, id,
                                      {{graph.value(node.results[0]).name + (parts.empty() ? ".high" : ".low")}});
    if (!std::holds_alternative<NodeId>(added)) return;
    parts.push_back(std::get<NodeId>(added));
    sums.push_back(graph.node(parts.back()).results[0]);
  }
  rest.multiplier = {std::int64_t{1} << low_bits, 1};
  const auto added = graph.add_node(requantize, Attributes::of(std::move(rest)), std::move(sums), node.origin, id,
                                    {{graph.value(node.results[0]).name}});
  if (!std::holds_alternative<NodeId>(added)) return;
  graph.replace_uses(node.results[0], graph.node(std::get<NodeId>(added)).results[0]);
  graph.erase_node(id);
  for (const NodeId part : parts)
    pair_up_all(graph, requantize, part);
}

Changed run(Graph& graph, PassContext& context) {
  const OpDefinition& requantize = *context.ops.find("requantize");
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const Node& node = graph.node(id);
    if (!node.attributes.holds<RequantizeAttributes>() || node.operands.size() < 3) continue;
    const NodeId rest = pair_up_all(graph, requantize, id);
    if (graph.node(rest).operands.size() > 2) split_multipliers(graph, requantize, rest);
  }
  if (graph.order() == order) return Changed::no;
  erase_dead_nodes(graph);
  return graph.order() == order ? Changed::no : Changed::yes;
}

} // namespace

void register_pair_sums(PassRegistry& registry) {
  registry.add({"pair_sums", "sums of three and more tensors become sums of two, where those are exact", run});
}

} // namespace tilewright
