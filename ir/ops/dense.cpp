// dense(x[..,K], weights[K,N], optional bias[N]) -> [..,N]: real numbers as float arithmetic gives them, integers
// exactly.
#include "ir/dense_arithmetic.h"
#include "ir/dense_trace.h"
#include "ir/registry.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<OpError> check_shapes(std::span<const ValueType> operands) {
  const Shape& x = operands[0].shape;
  const Shape& weights = operands[1].shape;
  if (weights.size() != 2) {
    return OpError{"the weights are no matrix", "two axes", fmt::format("'{}'", text_of(weights)), "", 1};
  }
  if (x.empty() || x.back() != weights[0]) {
    return OpError{"the input's last axis and the weights' first one differ",
                   fmt::format("an input of ..x{}", weights[0]), fmt::format("'{}'", text_of(x)), "", 0};
  }
  if (operands.size() > 2 && operands[2].shape != Shape{weights[1]}) {
    return OpError{"the bias has not one entry for each output", fmt::format("'{}'", weights[1]),
                   fmt::format("'{}'", text_of(operands[2].shape)), "", 2};
  }
  return std::nullopt;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  if (auto error = check_shapes(context.operands)) return error;
  if (auto error = check_contraction_elements(context.operands)) return error;
  const ElementType element = context.operands[0].element;
  ValueType result{element, context.operands[0].shape, {}, {}};
  result.shape.back() = context.operands[1].shape[1];
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  if (is_integer(element)) {
    AccumulatorResult accumulator = accumulator_of(context);
    if (accumulator.error) return accumulator.error;
    set_accumulator(result, std::move(accumulator));
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return {multiply(context.result_types[0].element, *context.operands[0], *context.operands[1],
                   context.operands.size() > 2 ? context.operands[2] : nullptr)};
}

std::vector<IntegerRange> channel_ranges(const InferContext& context) { return accumulator_of(context).channels; }

Work work(const EvaluateContext& context) { return work_of_contraction(context, context.operand_types[1].shape[0]); }

} // namespace

void register_dense(OpRegistry& registry) {
  OpDefinition op;
  op.name = "dense";
  op.summary = "x[..,K] * weights[K,N] + bias[N]";
  op.traits.contraction = true;
  op.min_operands = 2;
  op.max_operands = 3;
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work;
  op.trace = trace_dense;
  op.channel_ranges = channel_ranges;
  registry.add(std::move(op));
}

} // namespace tilewright
