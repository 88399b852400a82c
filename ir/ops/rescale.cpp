#include "ir/ops/rescale.h"

#include "ir/exact_affine.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/quantization_checks.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<RescaleAttributes>();
  const ValueType& x = context.operands[0];
  if (!is_integer(x.element)) {
    return OpError{"rescale takes integers", "an integer type", std::string(name_of(x.element)), "", 0};
  }
  if (auto error = check_channel_list("ratio", a.ratio.size(), x.shape)) return error;
  if (auto error = check_channel_list("offset", a.offset.size(), x.shape)) return error;
  if (auto error = check_storage(a.element, a.range)) return error;
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;

  // Monotone in x, so the ends of the operand's range give the ends of the result's.
  const IntegerRange from = range_of(x);
  IntegerRange range{a.range.max, a.range.min};
  for (std::size_t channel = 0; channel < std::max(a.ratio.size(), a.offset.size()); ++channel) {
    const ExactAffine affine(entry(a.ratio, channel), entry(a.offset, channel), from);
    for (const std::int64_t end : {from.min, from.max}) {
      const std::int64_t stored = affine(end, a.rounding, a.range);
      range = {std::min(range.min, stored), std::max(range.max, stored)};
    }
  }
  results = {{a.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& a = context.attributes.as<RescaleAttributes>();
  const Tensor& x = *context.operands[0];
  std::vector<ExactAffine> channels;
  for (std::size_t i = 0; i < std::max(a.ratio.size(), a.offset.size()); ++i) {
    channels.emplace_back(entry(a.ratio, i), entry(a.offset, i), range_of(context.operand_types[0]));
  }
  std::vector<std::int64_t> stored = to_int64(x);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    stored[i] = channels[i % channels.size()](stored[i], a.rounding, a.range);
  }
  return {from_int64(a.element, x.shape(), stored)};
}

} // namespace

void register_rescale(OpRegistry& registry) {
  OpDefinition op;
  op.name = "rescale";
  op.summary = "clamp(round(ratio * x + offset), range), with exact ratios";
  op.traits.pointwise = true;
  op.default_attributes = Attributes::of(RescaleAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
