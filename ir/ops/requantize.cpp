#include "ir/ops/requantize.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

std::int64_t entry_of(const std::vector<std::int64_t>& list, std::size_t channel) {
  return list.size() == 1 ? list.front() : list[channel];
}

// The 64-bit intermediate of the hardware has to hold x * m + c.
std::int64_t stored_for(const RequantizeAttributes& a, std::int64_t x, std::int64_t multiplier, std::int64_t addend) {
  const __int128 numerator = static_cast<__int128>(x) * multiplier + addend;
  const __int128 rounded = round_shift(numerator, static_cast<int>(a.shift), a.rounding);
  return static_cast<std::int64_t>(
      std::clamp(rounded, static_cast<__int128>(a.range.min), static_cast<__int128>(a.range.max)));
}

std::optional<OpError> check_numbers(const RequantizeAttributes& a) {
  if (a.shift < 0 || a.shift > 62)
    return OpError{"the shift is out of range", "0 to 62", std::to_string(a.shift), "", {}};
  for (const std::int64_t m : a.multiplier) {
    if (m <= -(std::int64_t{1} << 31) || m >= std::int64_t{1} << 31) {
      return OpError{"a multiplier is out of range", "a magnitude below 2^31", std::to_string(m), "", {}};
    }
  }
  for (const std::int64_t c : a.addend) {
    if (c <= -(std::int64_t{1} << 62) || c >= std::int64_t{1} << 62) {
      return OpError{"an addend is out of range", "a magnitude below 2^62", std::to_string(c), "", {}};
    }
  }
  return std::nullopt;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<RequantizeAttributes>();
  const ValueType& x = context.operands[0];
  if (!is_integer(x.element)) {
    return OpError{"requantize takes integers", "an integer type", std::string(name_of(x.element)), "", 0};
  }
  if (auto error = check_channel_list("multiplier", a.multiplier.size(), x.shape)) return error;
  if (auto error = check_channel_list("addend", a.addend.size(), x.shape)) return error;
  if (auto error = check_storage(a.element, a.range)) return error;
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;
  if (auto error = check_numbers(a)) return error;

  const IntegerRange from = range_of(x);
  IntegerRange range{a.range.max, a.range.min};
  const __int128 limit = static_cast<__int128>(1) << 63;
  for (std::size_t channel = 0; channel < std::max(a.multiplier.size(), a.addend.size()); ++channel) {
    const std::int64_t multiplier = entry_of(a.multiplier, channel);
    const std::int64_t addend = entry_of(a.addend, channel);
    for (const std::int64_t end : {from.min, from.max}) {
      const __int128 numerator = static_cast<__int128>(end) * multiplier + addend;
      if (numerator < -limit || numerator >= limit) {
        return OpError{"x * multiplier + addend can exceed 64 bits", "", "", "choose a smaller shift", 0};
      }
      const std::int64_t stored = stored_for(a, end, multiplier, addend);
      range = {std::min(range.min, stored), std::max(range.max, stored)};
    }
  }
  results = {{a.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& a = context.attributes.as<RequantizeAttributes>();
  const Tensor& x = *context.operands[0];
  const std::size_t channels = std::max(a.multiplier.size(), a.addend.size());
  std::vector<std::int64_t> stored = to_int64(x);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const std::size_t channel = i % channels;
    stored[i] = stored_for(a, stored[i], entry_of(a.multiplier, channel), entry_of(a.addend, channel));
  }
  return {from_int64(a.element, x.shape(), stored)};
}

} // namespace

void register_requantize(OpRegistry& registry) {
  OpDefinition op;
  op.name = "requantize";
  op.summary = "clamp(round((x * multiplier + addend) / 2^shift), range), as hardware computes it";
  op.traits.pointwise = true;
  op.default_attributes = Attributes::of(RequantizeAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
