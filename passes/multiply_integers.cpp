#include "passes/multiply_integers.h"

#include "ir/ops/dequantize.h"
#include "ir/ops/product.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <map>
#include <set>

namespace tilewright {

namespace {

// For the result of an element-wise op the tensor whose elements alone decide its own, as far back as such ops reach.
// What is not there is decided by itself.
using Roots = std::map<ValueId, ValueId>;

ValueId root_of(const Roots& roots, ValueId value) {
  const auto found = roots.find(value);
  return found == roots.end() ? value : found->second;
}

Roots roots_of(const Graph& graph) {
  Roots roots;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    if (!node.op->traits.pointwise) continue;
    std::set<ValueId> from;
    for (const ValueId operand : node.operands) {
      if (!graph.constant(operand)) from.insert(root_of(roots, operand));
    }
    if (from.size() != 1) continue;
    for (const ValueId result : node.results)
      roots.emplace(result, *from.begin());
  }
  return roots;
}

// The integers of a factor, and what they mean.
struct Factor {
  ValueId integers;
  DequantizeAttributes meaning;
};

std::optional<Factor> factor_of(const Graph& graph, ValueId value) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  if (!producer || !graph.node(*producer).attributes.holds<DequantizeAttributes>()) return std::nullopt;
  const Node& node = graph.node(*producer);
  Factor factor{node.operands[0], node.attributes.as<DequantizeAttributes>()};
  const auto& zero_point = factor.meaning.zero_point;
  const bool common = std::ranges::all_of(zero_point, [&](std::int64_t z) { return z == zero_point.front(); });
  if (!common || graph.constant(factor.integers)) return std::nullopt;
  return factor;
}

// The meaning of the products; nullopt where scales lie along different axes.
std::optional<DequantizeAttributes> meaning_of(const DequantizeAttributes& a, const DequantizeAttributes& b) {
  if (a.axis && b.axis && a.axis != b.axis) return std::nullopt;
  DequantizeAttributes result{{}, {}, a.axis ? a.axis : b.axis};
  for (std::size_t c = 0; c < std::max(a.scale.size(), b.scale.size()); ++c) {
    result.scale.push_back(entry(a.scale, c) * entry(b.scale, c));
    result.zero_point.push_back(0);
  }
  return result;
}

// What replaces the result of the multiplication.
std::optional<ValueId> multiplied(Graph& graph, const Roots& roots, const OpRegistry& ops, NodeId id) {
  const Node node = graph.node(id);
  const std::optional<Factor> a = factor_of(graph, node.operands[0]);
  const std::optional<Factor> b = factor_of(graph, node.operands[1]);
  if (!a || !b || graph.type(a->integers).shape != graph.type(b->integers).shape) return std::nullopt;
  if (root_of(roots, a->integers) == root_of(roots, b->integers)) return std::nullopt;
  std::optional<DequantizeAttributes> meaning = meaning_of(a->meaning, b->meaning);
  if (!meaning) return std::nullopt;
  const std::string name = graph.value(node.results[0]).name;
  const ProductAttributes zero_points{{a->meaning.zero_point.front(), b->meaning.zero_point.front()}};
  const auto product = graph.add_node(*ops.find("product"), Attributes::of(zero_points), {a->integers, b->integers},
                                      node.origin, id, {{name + ".int"}});
  if (!std::holds_alternative<NodeId>(product)) return std::nullopt; // more than 16 bits: it stays as it is
  const ValueId integers = graph.node(std::get<NodeId>(product)).results[0];
  const auto real = graph.add_node(*ops.find("dequantize"), Attributes::of(*std::move(meaning)), {integers},
                                   node.origin, id, {{name}});
  return graph.node(std::get<NodeId>(real)).results[0];
}

Changed run(Graph& graph, PassContext& context) {
  const OpDefinition* const mul = context.ops.find("mul");
  const Roots roots = roots_of(graph);
  Changed changed = Changed::no;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    if (graph.node(id).op != mul || !is_real(graph.type(graph.node(id).results[0]))) continue;
    const std::optional<ValueId> value = multiplied(graph, roots, context.ops, id);
    if (!value) continue;
    graph.replace_uses(graph.node(id).results[0], *value);
    graph.erase_node(id);
    changed = Changed::yes;
  }
  if (changed == Changed::yes) erase_dead_nodes(graph);
  return changed;
}

} // namespace

void register_multiply_integers(PassRegistry& registry) {
  registry.add({"multiply_integers", "multiplies integers instead of what they mean", run});
}

} // namespace tilewright
