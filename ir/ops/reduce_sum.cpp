#include "ir/ops/reduce_sum.h"

#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"
#include "ir/sums.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <utility>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& axes = context.attributes.as<ReduceSumAttributes>().axes;
  const ValueType& x = context.operands[0];
  const auto rank = static_cast<std::int64_t>(x.shape.size());
  const bool ascending = std::ranges::adjacent_find(axes, std::greater_equal<>()) == axes.end();
  if (!ascending || (!axes.empty() && (axes.front() < 0 || axes.back() >= rank))) {
    return OpError{"the axes of a sum are not those of its operand", fmt::format("ascending axes below {}", rank),
                   fmt::format("[{}]", fmt::join(axes, ", ")), "", 0};
  }
  ValueType result{x.element, x.shape, {}, {}};
  std::int64_t count = 1;
  for (const std::int64_t axis : axes)
    count *= std::exchange(result.shape[static_cast<std::size_t>(axis)], 1);
  if (auto error = set_type_of_sum(result, is_integer(x.element) ? range_of(x) : IntegerRange{}, count)) return error;
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& x = *context.operands[0];
  const ValueType& type = context.result_types[0];
  return add_up(x, type, [&](auto values, auto sums) {
    // Every element of x reads as the sums broadcast to it.
    const std::vector<std::size_t> to = broadcast_indices(type.shape, x.shape());
    for (std::size_t i = 0; i < values.size(); ++i)
      sums[to[i]] += values[i];
  });
}

TraceResult trace(const TraceContext& context) {
  if (!context.operands[0].form) return context.operands[0];
  const Node& node = context.graph.node(context.node);
  const auto& axes = node.attributes.as<ReduceSumAttributes>().axes;
  const Shape& shape = context.graph.type(node.operands[0]).shape;
  std::int64_t count = 1;
  for (const std::int64_t axis : axes)
    count *= shape[static_cast<std::size_t>(axis)];
  std::optional<std::size_t> axis = context.operands[0].form->axis;
  if (axis && std::ranges::find(axes, static_cast<std::int64_t>(*axis)) != axes.end()) axis.reset();
  return trace_sum_of_elements(context, node.attributes, count, axis);
}

} // namespace

void register_reduce_sum(OpRegistry& registry) {
  OpDefinition op;
  op.name = "reduce_sum";
  op.summary = "sums along axes, which stay with size 1";
  op.traits.contraction = true;
  op.default_attributes = Attributes::of(ReduceSumAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
