#include "ir/ops/requantize_positions.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

using Wide = __int128;

std::int64_t positions_of(const Shape& shape) {
  std::int64_t positions = 1;
  for (std::size_t i = 1; i + 1 < shape.size(); ++i)
    positions *= shape[i];
  return positions;
}

std::int64_t stored(const RequantizePositionsAttributes& a, std::int64_t x, std::size_t sort) {
  const Wide numerator = product(x, a.multiplier[sort], static_cast<int>(a.prior_shift), a.rounding) + a.addend[sort];
  const Wide rounded = round_shift(numerator, static_cast<int>(a.shift), a.rounding);
  return static_cast<std::int64_t>(std::clamp<Wide>(rounded, a.range.min, a.range.max));
}

std::optional<OpError> check_numbers(const RequantizePositionsAttributes& a) {
  const std::int64_t most_multiplier = std::int64_t{1} << (a.prior_shift == 0 ? 31 : 62);
  constexpr std::int64_t most_addend = std::int64_t{1} << 62;
  constexpr std::int64_t most_shift = 62;
  if (a.multiplier.empty() || a.multiplier.size() != a.addend.size()) {
    return OpError{"multipliers and addends do not fit each other", "as many of both",
                   fmt::format("{} and {}", a.multiplier.size(), a.addend.size())};
  }
  if (a.shift < 0 || a.shift > most_shift) {
    return OpError{"the shift is out of range", fmt::format("0 to {}", most_shift), fmt::format("{}", a.shift)};
  }
  if (a.prior_shift != 0 && a.prior_shift != two_part_shift) {
    return OpError{"the prior shift is out of range", fmt::format("0 or {}", two_part_shift),
                   fmt::format("{}", a.prior_shift)};
  }
  const auto below = [](std::int64_t limit) { return [limit](std::int64_t v) { return v > -limit && v < limit; }; };
  if (!std::ranges::all_of(a.multiplier, below(most_multiplier)) ||
      !std::ranges::all_of(a.addend, below(most_addend))) {
    return OpError{"a number is out of range",
                   fmt::format("multipliers below {} and addends below 2^62", most_multiplier)};
  }
  return std::nullopt;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<RequantizePositionsAttributes>();
  const ValueType& x = context.operands[0];
  const ValueType& sorts = context.operands[1];
  if (!is_integer(x.element) || !storage_range(ElementType::int32).contains(range_of(x))) {
    return OpError{"requantize_positions takes integers within 32 bits", "", std::string(name_of(x.element)), "", 0};
  }
  if (x.shape.size() < 2 || !is_integer(sorts.element) || sorts.shape != Shape{positions_of(x.shape)}) {
    return OpError{"the sorts do not fit the operand's positions", "an integer for each", text_of(sorts.shape), "", 1};
  }
  if (auto error = check_numbers(a)) return error;
  const IntegerRange known{0, static_cast<std::int64_t>(a.multiplier.size()) - 1};
  if (context.constants[1] != nullptr && !std::ranges::all_of(to_int64(*context.constants[1]), [&](auto sort) {
        return known.contains({sort, sort});
      })) {
    return OpError{"there is no such sort of position", fmt::format("0 to {}", known.max), "", "", 1};
  }
  if (auto error = check_storage(a.element, a.range)) return error;
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;
  IntegerRange range{a.range.max, a.range.min};
  const IntegerRange from = range_of(x);
  for (std::size_t sort = 0; sort < a.multiplier.size(); ++sort) {
    for (const std::int64_t end : {from.min, from.max}) {
      range.min = std::min(range.min, stored(a, end, sort));
      range.max = std::max(range.max, stored(a, end, sort));
    }
  }
  results = {{a.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& a = context.attributes.as<RequantizePositionsAttributes>();
  std::vector<std::int64_t> values = to_int64(*context.operands[0]);
  const std::vector<std::int64_t> sorts = to_int64(*context.operands[1]);
  const auto channels = static_cast<std::size_t>(context.operands[0]->shape().back());
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = stored(a, values[i], static_cast<std::size_t>(sorts[i / channels % sorts.size()]));
  return {from_int64(a.element, context.operands[0]->shape(), values)};
}

} // namespace

void register_requantize_positions(OpRegistry& registry) {
  OpDefinition op;
  op.name = "requantize_positions";
  op.summary = "requantize with a multiplier and an addend for each sort of position";
  op.min_operands = 2;
  op.max_operands = 2;
  op.default_attributes = Attributes::of(RequantizePositionsAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
