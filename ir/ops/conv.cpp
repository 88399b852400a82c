// conv(x[N, space, C], weights[window, C / groups, M], optional bias[M]) -> [N, positions, M]: real numbers as float
// arithmetic gives them, integers exactly.
#include "ir/ops/conv.h"

#include "ir/conv_arithmetic.h"
#include "ir/dense_trace.h"
#include "ir/registry.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<OpError> check_shapes(const ConvAttributes& attributes, std::span<const ValueType> operands) {
  const Shape& x = operands[0].shape;
  const Shape& weights = operands[1].shape;
  if (auto error = check_windows(attributes.windows, x)) return error;
  const std::int64_t groups = attributes.groups;
  if (groups < 1 || x.back() % groups != 0 || weights.back() % groups != 0) {
    return OpError{"the groups do not divide the channels",
                   fmt::format("a divisor of {} inputs and {} outputs", x.back(), weights.back()),
                   fmt::format("{}", groups),
                   "",
                   {}};
  }
  Shape expected = attributes.windows.kernel;
  expected.push_back(x.back() / groups);
  expected.push_back(weights.back());
  if (weights != expected) {
    return OpError{"the weights do not fit the window and the channels", fmt::format("'{}'", text_of(expected)),
                   fmt::format("'{}'", text_of(weights)), "", 1};
  }
  if (operands.size() > 2 && operands[2].shape != Shape{weights.back()}) {
    return OpError{"the bias has not one entry for each output", fmt::format("'{}'", weights.back()),
                   fmt::format("'{}'", text_of(operands[2].shape)), "", 2};
  }
  return std::nullopt;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<ConvAttributes>();
  if (context.operands[1].shape.empty()) return OpError{"the weights are a scalar", "", "", "", 1};
  if (auto error = check_shapes(attributes, context.operands)) return error;
  const ElementType element = context.operands[0].element;
  if (auto error = check_contraction_elements(context.operands)) return error;
  ValueType result{
      element, window_result(attributes.windows, context.operands[0].shape, context.operands[1].shape.back()), {}, {}};
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  if (is_integer(element)) {
    if (!storage_range(element).contains({attributes.pad_value, attributes.pad_value})) {
      return OpError{"the padding does not fit the input's element type", std::string(name_of(element)),
                     fmt::format("{}", attributes.pad_value), "", 0};
    }
    AccumulatorResult accumulator = accumulator_of_conv(context);
    if (accumulator.error) return accumulator.error;
    set_accumulator(result, std::move(accumulator));
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return {convolve(context.attributes.as<ConvAttributes>(), context.result_types[0], *context.operands[0],
                   *context.operands[1], context.operands.size() > 2 ? context.operands[2] : nullptr)};
}

std::vector<IntegerRange> channel_ranges(const InferContext& context) { return accumulator_of_conv(context).channels; }

Work work(const EvaluateContext& context) {
  const Shape& weights = context.operand_types[1].shape;
  return work_of_contraction(context, element_count(weights).value_or(0) / std::max<std::int64_t>(1, weights.back()));
}

} // namespace

void register_conv(OpRegistry& registry) {
  OpDefinition op;
  op.name = "conv";
  op.summary = "windows of x[N,space,C] * weights[window,C/groups,M] + bias[M]";
  op.traits.contraction = true;
  op.min_operands = 2;
  op.max_operands = 3;
  op.default_attributes = Attributes::of(ConvAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work;
  op.trace = trace_conv;
  op.channel_ranges = channel_ranges;
  registry.add(std::move(op));
}

} // namespace tilewright
