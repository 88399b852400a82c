#include "passes/pass_landing.h"

#include "ir/affine_algebra.h"
#include "ir/ops/dequantize.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <ranges>

namespace tilewright {

namespace {

bool can_land(const Traced& traced) {
  if (!traced.contraction || !traced.result.form) return false;
  const AffineForm& form = *traced.result.form;
  return form.source && form.addends.empty() && form.axis != positions_axis && !form.lower && !form.upper &&
         std::ranges::none_of(form.ratio, [](const Rational& ratio) { return ratio.sign() == 0; });
}

struct Landing {
  DequantizeAttributes dequantization;
  std::vector<Rational> rest; // what is left of the offset; one entry or one per channel
};

Landing landing_of(const AffineForm& form) {
  Landing landing;
  landing.dequantization.scale.clear();
  landing.dequantization.zero_point.clear();
  if (form.axis) landing.dequantization.axis = static_cast<std::int64_t>(*form.axis);
  for (std::size_t c = 0; c < std::max(form.ratio.size(), form.offset.size()); ++c) {
    const Rational& ratio = entry(form.ratio, c);
    const Rational& offset = entry(form.offset, c);
    const std::int64_t zero_point = round(-offset / ratio, Rounding::half_even).to_int64().value_or(0);
    landing.dequantization.scale.push_back(ratio);
    landing.dequantization.zero_point.push_back(zero_point);
    landing.rest.push_back(offset + ratio * Rational(zero_point));
  }
  return landing;
}

void land(Graph& graph, const OpRegistry& ops, const std::map<ValueId, Traced>& values, ValueId value, NodeId before) {
  const AffineForm& form = *values.at(value).result.form;
  const std::string name = graph.value(value).name;
  const Shape& shape = graph.type(value).shape;
  Landing landing = landing_of(form);
  // The model's nodes behind the sum; a sum that leaves as it is was made by the contraction itself.
  const Origin chain = origin_of(graph, values, {&value, 1});
  const Origin origin = chain.nodes.empty() ? graph.node(before).origin : chain;
  ValueId real = added_result(graph, *ops.find("dequantize"), Attributes::of(landing.dequantization), {*form.source},
                              origin, before, name);
  if (std::ranges::any_of(landing.rest, [](const Rational& rest) { return rest.sign() != 0; })) {
    Shape rest_shape(shape.size(), 1);
    if (landing.rest.size() > 1) rest_shape[*form.axis] = static_cast<std::int64_t>(landing.rest.size());
    std::vector<float> rest;
    for (const Rational& value_of_channel : landing.rest)
      rest.push_back(static_cast<float>(value_of_channel.to_double()));
    graph.set_name(real, name + ".sum");
    const ValueId constant = graph.add_constant(name + ".rest", Tensor::of(rest_shape, rest));
    const OpDefinition& add = *ops.find("add");
    real = added_result(graph, add, add.default_attributes, {real, constant}, origin, before, name);
  }
  graph.replace_uses(value, real);
}

} // namespace

void land_contractions(Graph& graph, const OpRegistry& ops, const std::map<ValueId, Traced>& values) {
  std::vector<bool> live(graph.value_count(), false);
  for (const GraphOutput& output : graph.outputs())
    live[output.value.index] = true;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : std::views::reverse(order)) {
    const Node node = graph.node(id);
    const bool read = std::ranges::any_of(node.results, [&](ValueId result) { return live[result.index]; });
    if (!read) continue;
    if (node.results.size() == 1) {
      const ValueId result = node.results[0];
      const auto traced = values.find(result);
      // Float64 results stay with their op: dequantization gives float32.
      if (traced != values.end() && can_land(traced->second) && graph.type(result).element == ElementType::float32) {
        land(graph, ops, values, result, id);
        continue; // its operands are not read for its sake
      }
    }
    for (const ValueId operand : node.operands)
      live[operand.index] = true;
  }
}

} // namespace tilewright
