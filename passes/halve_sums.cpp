#include "passes/halve_sums.h"

#include "ir/ops/requantize.h"
#include "ir/ops/sum_pool.h"
#include "passes/pass_support.h"

namespace tilewright {

namespace {

constexpr int low_bits = 15;
constexpr std::int64_t unit = std::int64_t{1} << low_bits;

RequantizeAttributes exact_step(std::vector<std::int64_t> multiplier, const IntegerRange& range, ElementType element) {
  RequantizeAttributes step;
  step.multiplier = std::move(multiplier);
  step.range = range;
  step.element = element;
  return step;
}

// The node's attributes for a half whose padding is `pad_value`.
Attributes with_padding(const Node& node, std::int64_t pad_value) {
  if (!node.attributes.holds<SumPoolAttributes>()) return node.attributes;
  auto attributes = node.attributes.as<SumPoolAttributes>();
  attributes.pad_value = pad_value;
  return Attributes::of(std::move(attributes));
}

std::optional<ValueId> halved(Graph& graph, const OpDefinition& requantize, NodeId id) {
  const Node node = graph.node(id);
  if (!node.op->traits.contraction || node.operands.size() != 1) return std::nullopt;
  const ValueId x = node.operands[0];
  const ValueType type = graph.type(x);
  const ValueType result = graph.type(node.results[0]);
  const IntegerRange range = range_of(type);
  const bool is_wide = type.element == ElementType::int32 && !storage_range(ElementType::int16).contains(range);
  const IntegerRange high_range{range.min >> low_bits, range.max >> low_bits};
  if (!is_wide || result.element != ElementType::int32 || !storage_range(ElementType::int16).contains(high_range))
    return std::nullopt;
  const std::int64_t pad_value =
      node.attributes.holds<SumPoolAttributes>() ? node.attributes.as<SumPoolAttributes>().pad_value : 0;
  const std::string name = graph.value(node.results[0]).name;
  RequantizeAttributes high_step = exact_step({1}, high_range, ElementType::int16);
  high_step.shift = low_bits;
  high_step.rounding = Rounding::floor;
  const ValueId high = added_result(graph, requantize, Attributes::of(high_step), {x}, node.origin, id, name + ".high");
  const ValueId low =
      added_result(graph, requantize, Attributes::of(exact_step({1, -unit}, {0, unit - 1}, ElementType::int16)),
                   {x, high}, node.origin, id, name + ".low");
  const ValueId sum_of_high = added_result(graph, *node.op, with_padding(node, pad_value >> low_bits), {high},
                                           node.origin, id, name + ".high_sum");
  const ValueId sum_of_low = added_result(graph, *node.op, with_padding(node, pad_value & (unit - 1)), {low},
                                          node.origin, id, name + ".low_sum");
  return added_result(graph, requantize, Attributes::of(exact_step({unit, 1}, range_of(result), ElementType::int32)),
                      {sum_of_high, sum_of_low}, node.origin, id, name);
}

Changed run(Graph& graph, PassContext& context) {
  bool changed = false;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const std::optional<ValueId> sum = halved(graph, *context.ops.find("requantize"), id);
    if (!sum) continue;
    graph.replace_uses(graph.node(id).results[0], *sum);
    graph.erase_node(id);
    changed = true;
  }
  if (changed) update_types(graph, context.diagnostics);
  return changed ? Changed::yes : Changed::no;
}

} // namespace

void register_halve_sums(PassRegistry& registry) {
  registry.add({"halve_sums", "sums of wide integers become sums of their high and low bits", run});
}

} // namespace tilewright
