#include "ir/ops/requantize.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

using Wide = __int128;

constexpr Wide power_of_two(int exponent) { return Wide{1} << exponent; }

// The step of one channel, as the hardware takes it.
struct Step {
  std::vector<std::int64_t> multiplier; // one an operand
  std::int64_t addend = 0;
};

std::vector<Step> steps_of(const RequantizeAttributes& a, std::size_t operands) {
  const std::size_t per_operand = a.multiplier.size() / operands;
  std::vector<Step> steps(std::max(per_operand, a.addend.size()));
  for (std::size_t c = 0; c < steps.size(); ++c) {
    for (std::size_t x = 0; x < operands; ++x)
      steps[c].multiplier.push_back(a.multiplier[x * per_operand + (per_operand == 1 ? 0 : c)]);
    steps[c].addend = a.addend[a.addend.size() == 1 ? 0 : c];
  }
  return steps;
}

Wide product_of(const RequantizeAttributes& a, std::int64_t x, std::int64_t multiplier) {
  return product(x, multiplier, static_cast<int>(a.prior_shift), a.rounding);
}

std::int64_t stored_for(const RequantizeAttributes& a, Wide numerator) {
  const Wide rounded = round_shift(numerator, static_cast<int>(a.shift), a.rounding);
  return static_cast<std::int64_t>(std::clamp(rounded, static_cast<Wide>(a.range.min), static_cast<Wide>(a.range.max)));
}

std::optional<OpError> check_numbers(const RequantizeAttributes& a) {
  if (a.shift < 0 || a.shift > 62)
    return OpError{"the shift is out of range", "0 to 62", std::to_string(a.shift), "", {}};
  if (a.prior_shift != 0 && a.prior_shift != two_part_shift) {
    return OpError{"the prior shift is neither 0 nor that of two parts",
                   std::to_string(two_part_shift),
                   std::to_string(a.prior_shift),
                   "",
                   {}};
  }
  const int bits = a.prior_shift == 0 ? 31 : 62;
  for (const std::int64_t m : a.multiplier) {
    if (m <= -power_of_two(bits) || m >= power_of_two(bits)) {
      return OpError{
          "a multiplier is out of range", "a magnitude below 2^" + std::to_string(bits), std::to_string(m), "", {}};
    }
  }
  for (const std::int64_t c : a.addend) {
    if (c <= -power_of_two(62) || c >= power_of_two(62)) {
      return OpError{"an addend is out of range", "a magnitude below 2^62", std::to_string(c), "", {}};
    }
  }
  return std::nullopt;
}

std::optional<OpError> check_two_parts(const RequantizeAttributes& a, std::span<const ValueType> operands) {
  if (a.prior_shift == 0) return std::nullopt;
  if (operands.size() > 1) {
    return OpError{"multipliers in two parts are for one operand", "1", std::to_string(operands.size()), "", 1};
  }
  if (storage_range(ElementType::int32).contains(range_of(operands[0]))) return std::nullopt;
  return OpError{"multipliers in two parts are for operands within 32 bits", "", "", "", 0};
}

// The numerator's extremes; the 64-bit intermediate of the hardware has to hold them.
struct Extremes {
  Wide low = 0;
  Wide high = 0;
};
Extremes extremes_of(const RequantizeAttributes& a, const Step& step, std::span<const ValueType> operands) {
  Extremes extremes{step.addend, step.addend};
  for (std::size_t x = 0; x < operands.size(); ++x) {
    const IntegerRange from = range_of(operands[x]);
    const Wide products[] = {product_of(a, from.min, step.multiplier[x]), product_of(a, from.max, step.multiplier[x])};
    extremes.low += std::min(products[0], products[1]);
    extremes.high += std::max(products[0], products[1]);
  }
  return extremes;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<RequantizeAttributes>();
  const ValueType& x = context.operands[0];
  if (auto error = check_terms("requantize", context.operands)) return error;
  if (auto error = check_channel_list("multiplier", a.multiplier.size(), x.shape, context.operands.size()))
    return error;
  if (auto error = check_channel_list("addend", a.addend.size(), x.shape)) return error;
  if (auto error = check_storage(a.element, a.range)) return error;
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;
  if (auto error = check_numbers(a)) return error;
  if (auto error = check_two_parts(a, context.operands)) return error;

  IntegerRange range{a.range.max, a.range.min};
  for (const Step& step : steps_of(a, context.operands.size())) {
    const Extremes extremes = extremes_of(a, step, context.operands);
    if (extremes.low < -power_of_two(63) || extremes.high >= power_of_two(63)) {
      return OpError{"x * multiplier + addend can exceed 64 bits", "", "", "choose a smaller shift", 0};
    }
    range = {std::min(range.min, stored_for(a, extremes.low)), std::max(range.max, stored_for(a, extremes.high))};
  }
  results = {{a.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& a = context.attributes.as<RequantizeAttributes>();
  const std::vector<Step> channels = steps_of(a, context.operands.size());
  std::vector<std::vector<std::int64_t>> terms;
  for (const Tensor* operand : context.operands)
    terms.push_back(to_int64(*operand));
  std::vector<std::int64_t> stored(terms[0].size());
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const Step& step = channels[i % channels.size()];
    Wide numerator = step.addend;
    for (std::size_t x = 0; x < terms.size(); ++x)
      numerator += product_of(a, terms[x][i], step.multiplier[x]);
    stored[i] = stored_for(a, numerator);
  }
  return {from_int64(a.element, context.operands[0]->shape(), stored)};
}

} // namespace

void register_requantize(OpRegistry& registry) {
  OpDefinition op;
  op.name = "requantize";
  op.summary = "clamp(round((sum of x * multiplier + addend) / 2^shift), range), as hardware computes it";
  op.traits.pointwise = true;
  op.max_operands = most_terms;
  op.default_attributes = Attributes::of(RequantizeAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
