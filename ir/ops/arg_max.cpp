#include "ir/ops/arg_max.h"

#include "ir/lines.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  const std::int64_t axis = context.attributes.as<ArgMaxAttributes>().axis;
  if (auto error = check_real_with_axis(x, axis)) return error;
  const std::int64_t size = x.shape[static_cast<std::size_t>(axis)];
  if (size == 0) return OpError{"the axis has no elements", "one at least", "0", "", 0};
  ValueType result{ElementType::int64, x.shape, {}, IntegerRange{0, size - 1}};
  result.shape[static_cast<std::size_t>(axis)] = 1;
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<ArgMaxAttributes>();
  const Tensor& x = *context.operands[0];
  const auto axis = static_cast<std::size_t>(attributes.axis);
  const auto size = static_cast<std::size_t>(x.shape()[axis]);
  Tensor result(ElementType::int64, context.result_types[0].shape);
  const std::span<std::int64_t> places = result.mutable_data<std::int64_t>();
  visit_elements(x, [&](auto values) {
    std::size_t line = 0;
    for_each_line(x.shape(), axis, [&](std::size_t first, std::size_t step) {
      std::size_t best = 0;
      for (std::size_t i = 1; i < size; ++i) {
        const auto current = values[first + best * step];
        const auto next = values[first + i * step];
        const bool better = attributes.smallest ? next < current : next > current;
        if (better || (attributes.last && next == current)) best = i;
      }
      places[line++] = static_cast<std::int64_t>(best);
    });
  });
  return {std::move(result)};
}

} // namespace

void register_arg_max(OpRegistry& registry) {
  OpDefinition op;
  op.name = "arg_max";
  op.summary = "where along an axis the largest element is";
  op.default_attributes = Attributes::of(ArgMaxAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
