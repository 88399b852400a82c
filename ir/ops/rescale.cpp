#include "ir/ops/rescale.h"

#include "ir/exact_affine.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/quantization_checks.h"

#include <algorithm>

namespace tilewright {

namespace {

std::vector<ExactSum> steps_of(const RescaleAttributes& a, std::span<const ValueType> operands) {
  std::vector<IntegerRange> ranges;
  for (const ValueType& operand : operands)
    ranges.push_back(range_of(operand));
  const std::size_t per_operand = a.ratio.size() / operands.size();
  std::vector<ExactSum> steps;
  for (std::size_t c = 0; c < std::max(per_operand, a.offset.size()); ++c) {
    std::vector<Rational> ratio;
    for (std::size_t x = 0; x < operands.size(); ++x)
      ratio.push_back(a.ratio[x * per_operand + (per_operand == 1 ? 0 : c)]);
    steps.emplace_back(std::move(ratio), entry(a.offset, c), ranges);
  }
  return steps;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<RescaleAttributes>();
  const ValueType& x = context.operands[0];
  if (auto error = check_terms("rescale", context.operands)) return error;
  if (auto error = check_channel_list("ratio", a.ratio.size(), x.shape, context.operands.size())) return error;
  if (auto error = check_channel_list("offset", a.offset.size(), x.shape)) return error;
  if (auto error = check_storage(a.element, a.range)) return error;
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;

  // Monotone in each operand, so the ends of their ranges give the ends of the result's.
  IntegerRange range{a.range.max, a.range.min};
  for (const ExactSum& step : steps_of(a, context.operands)) {
    range.min = std::min(range.min, step(step.lowest(), a.rounding, a.range));
    range.max = std::max(range.max, step(step.highest(), a.rounding, a.range));
  }
  results = {{a.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& a = context.attributes.as<RescaleAttributes>();
  const std::vector<ExactSum> channels = steps_of(a, context.operand_types);
  std::vector<std::vector<std::int64_t>> terms;
  for (const Tensor* operand : context.operands)
    terms.push_back(to_int64(*operand));
  std::vector<std::int64_t> stored(terms[0].size());
  std::vector<std::int64_t> x(terms.size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    for (std::size_t k = 0; k < terms.size(); ++k)
      x[k] = terms[k][i];
    stored[i] = channels[i % channels.size()](x, a.rounding, a.range);
  }
  return {from_int64(a.element, context.operands[0]->shape(), stored)};
}

} // namespace

void register_rescale(OpRegistry& registry) {
  OpDefinition op;
  op.name = "rescale";
  op.summary = "clamp(round(sum of ratio * x + offset), range), with exact ratios";
  op.traits.pointwise = true;
  op.max_operands = most_terms;
  op.default_attributes = Attributes::of(RescaleAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
