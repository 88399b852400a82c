#include "passes/pass_rescale.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace tilewright {

namespace {

bool all_equal(const std::vector<Rational>& values) {
  return std::ranges::all_of(values, [&](const Rational& value) { return value == values.front(); });
}

// A mode for values that are never negative; the mirror image of its mirror for those that are never positive.
Rounding for_non_negative(Rounding rounding) {
  switch (rounding) {
  case Rounding::half_away:
    return Rounding::half_up;
  case Rounding::half_toward_zero:
    return Rounding::half_down;
  case Rounding::toward_zero:
    return Rounding::floor;
  case Rounding::away_from_zero:
    return Rounding::ceil;
  default:
    return rounding;
  }
}

bool knows_sign(Rounding rounding) { return for_non_negative(rounding) != rounding; }

std::optional<Rounding> rounding_behind(const QuantizeAttributes& quantizer, std::int64_t zero_point) {
  const Rounding rounding = quantizer.rounding;
  if (zero_point == 0) return rounding;
  if (rounding == Rounding::half_even || rounding == Rounding::half_odd) {
    const bool same = zero_point % 2 == 0;
    return same == (rounding == Rounding::half_even) ? Rounding::half_even : Rounding::half_odd;
  }
  if (!knows_sign(rounding)) return rounding;
  // What lies beyond the range saturates in either mode.
  if (quantizer.range.min >= zero_point) return for_non_negative(rounding);
  if (quantizer.range.max <= zero_point) return mirrored(for_non_negative(rounding));
  return std::nullopt;
}

std::int64_t clamped_to(const Rational& value, const IntegerRange& range) {
  if (value <= Rational(range.min)) return range.min;
  if (value >= Rational(range.max)) return range.max;
  return *value.to_int64();
}

TraceResult bound_of_channels() {
  return no_form("an activation's bound meets per-channel scales without a quantizer in between",
                 "put a quantizer behind the activation");
}

// The form's offsets in steps of their channels, where those are integers that leave the sums 32 bits.
std::optional<std::vector<std::int64_t>> offsets_in_steps(const AffineForm& form) {
  std::vector<std::int64_t> offsets;
  for (std::size_t c = 0; c < std::max(form.ratio.size(), form.offset.size()); ++c) {
    if (entry(form.ratio, c).sign() == 0) return std::nullopt;
    const auto steps = (entry(form.offset, c) / entry(form.ratio, c)).to_int64();
    constexpr std::int64_t most = std::int64_t{1} << 30;
    if (!steps || *steps < -most || *steps > most) return std::nullopt;
    offsets.push_back(*steps);
  }
  return offsets;
}

// The integers of one channel that lie within the form's bounds.
std::variant<IntegerRange, TraceResult> clamped_range(const Rational& ratio, const Rational& offset,
                                                      const AffineForm& form, IntegerRange range) {
  if (ratio.sign() == 0) return bound_of_channels();
  const auto in_steps = [&](const Rational& bound) { return (bound - offset) / ratio; };
  std::optional<Rational> low;
  std::optional<Rational> high;
  if (form.lower) low = in_steps(*form.lower);
  if (form.upper) high = in_steps(*form.upper);
  if (ratio.sign() < 0) std::swap(low, high);
  for (const std::optional<Rational>& bound : {low, high}) {
    const bool inside = bound && *bound > Rational(range.min) && *bound < Rational(range.max);
    if (inside && !bound->is_integer()) {
      return no_form("an activation's bound lies between two steps of its operand's scale",
                     "put a quantizer behind the activation");
    }
  }
  const IntegerRange storage = range;
  if (low) range.min = clamped_to(*low, storage);
  if (high) range.max = clamped_to(*high, storage);
  return range;
}

} // namespace

std::optional<Rounding> rounding_behind_zero_point(const QuantizeAttributes& quantizer) {
  if (quantizer.round_after_zero_point) return quantizer.rounding;
  std::optional<Rounding> common;
  for (const std::int64_t zero_point : quantizer.zero_point) {
    const std::optional<Rounding> mode = rounding_behind(quantizer, zero_point);
    if (!mode || (common && common != mode)) return std::nullopt;
    common = mode;
  }
  return common;
}

std::variant<RescaleAttributes, TraceResult> rescale_of(const AffineForm& form, const QuantizeAttributes& quantizer,
                                                        std::size_t rank) {
  const auto is_last = [&](std::size_t axis) { return axis + 1 == rank; };
  std::vector<std::vector<Rational>> terms{form.ratio};
  for (const AffineTerm& term : form.addends)
    terms.push_back(term.ratio);
  const bool ratio_per_channel = std::ranges::any_of(terms, [](const auto& ratio) { return ratio.size() > 1; });
  const bool per_channel = ratio_per_channel || form.offset.size() > 1;
  const bool quantizer_per_channel = quantizer.scale.size() > 1;
  if ((per_channel && !is_last(*form.axis)) ||
      (quantizer_per_channel && !is_last(static_cast<std::size_t>(*quantizer.axis)))) {
    return no_form("per-channel scales or constants do not lie along the last axis", "use one scale for the tensor");
  }
  const std::optional<Rounding> rounding = rounding_behind_zero_point(quantizer);
  if (!rounding) {
    return no_form(fmt::format("rounding mode {} in front of the zero points has no equivalent behind them",
                               name_of(quantizer.rounding)),
                   "use zero point 0, or round half to even");
  }
  RescaleAttributes result;
  result.rounding = *rounding;
  result.element = quantizer.element;
  result.scale = quantizer.scale;
  result.zero_point = quantizer.zero_point;
  result.axis = quantizer.axis;

  const std::size_t steps = quantizer.scale.size();
  const auto step = [&](std::size_t c) -> const Rational& { return entry(quantizer.scale, c); };
  const auto zero = [&](std::size_t c) { return Rational(quantizer.zero_point[steps == 1 ? 0 : c]); };
  result.ratio.clear();
  result.offset.clear();
  bool uniform = true;
  for (std::vector<Rational>& ratio : terms) {
    std::vector<Rational> in_steps;
    for (std::size_t c = 0; c < std::max(ratio.size(), steps); ++c)
      in_steps.push_back(entry(ratio, c) / step(c));
    uniform = uniform && all_equal(in_steps);
    ratio = std::move(in_steps);
  }
  const std::size_t channels = std::ranges::max(terms, {}, &std::vector<Rational>::size).size();
  for (const std::vector<Rational>& ratio : terms) {
    for (std::size_t c = 0; c < (uniform ? 1 : channels); ++c)
      result.ratio.push_back(entry(ratio, c));
  }
  for (std::size_t c = 0; c < std::max(form.offset.size(), steps); ++c) {
    result.offset.push_back(entry(form.offset, c) / step(c) + zero(c));
  }
  if (all_equal(result.offset)) result.offset.resize(1);

  // Rounding is monotone: clamping before it and clamping to the rounded bounds after it are the same.
  result.range = quantizer.range;
  std::optional<IntegerRange> common;
  for (std::size_t c = 0; c < steps; ++c) {
    IntegerRange range = quantizer.range;
    const auto stored = [&](const Rational& bound) {
      return clamped_to(round(bound / step(c) + zero(c), *rounding), quantizer.range);
    };
    if (form.lower) range.min = stored(*form.lower);
    if (form.upper) range.max = stored(*form.upper);
    if (common && common != range) {
      return no_form("an activation's bound differs from channel to channel in the quantizer's steps",
                     "use one scale for the tensor");
    }
    common = range;
  }
  result.range = *common;
  return result;
}

std::optional<RescaleAttributes> common_step_sum(const Graph& graph, const AffineForm& form) {
  std::vector<std::pair<Rational, IntegerRange>> terms{{form.ratio[0], range_of(graph.type(*form.source))}};
  bool uniform = form.ratio.size() == 1;
  for (const AffineTerm& term : form.addends) {
    terms.emplace_back(term.ratio[0], range_of(graph.type(term.source)));
    uniform = uniform && term.ratio.size() == 1;
  }
  if (!uniform || form.lower || form.upper) return std::nullopt;
  // The greatest common divisor of fractions, by Euclid.
  Rational step(0);
  for (const auto& [ratio, range] : terms) {
    Rational rest = ratio.abs();
    while (rest.sign() != 0) {
      const Rational next = step - rest * (step / rest).floor();
      step = std::exchange(rest, next);
    }
  }
  if (step.sign() == 0) return std::nullopt;
  RescaleAttributes result;
  result.ratio.clear();
  Rational low(0);
  Rational high(0);
  for (const auto& [ratio, range] : terms) {
    const Rational multiple = ratio / step;
    result.ratio.push_back(multiple);
    low += multiple * Rational(multiple.sign() < 0 ? range.max : range.min);
    high += multiple * Rational(multiple.sign() < 0 ? range.min : range.max);
  }
  const IntegerRange storage = storage_range(ElementType::int32);
  if (low < Rational(storage.min) || high > Rational(storage.max)) return std::nullopt;
  result.range = {*low.to_int64(), *high.to_int64()};
  result.element = storage_range(ElementType::int16).contains(result.range) ? ElementType::int16 : ElementType::int32;
  result.scale = {step};
  return result;
}

std::variant<RescaleAttributes, TraceResult> clamping_rescale(const AffineForm& form, const ValueType& source) {
  if (!form.addends.empty()) {
    return no_form("an activation's bound lies behind a sum of several tensors without a quantizer",
                   "put a quantizer behind the sum");
  }
  RescaleAttributes result;
  result.element = source.element;
  IntegerRange storage = range_of(source);
  const std::size_t channels = std::max(form.ratio.size(), form.offset.size());
  const std::optional<std::vector<std::int64_t>> offsets = channels > 1 ? offsets_in_steps(form) : std::nullopt;
  if (offsets) {
    // Each channel's 0 becomes the integer 0.
    const auto [least, most] = std::ranges::minmax(*offsets);
    storage = {storage.min + least, storage.max + most};
    result.element = narrowest_element(storage);
    if (least != 0 || most != 0) result.offset.assign(offsets->begin(), offsets->end());
  }
  for (std::size_t c = 0; c < channels; ++c) {
    const auto found =
        clamped_range(entry(form.ratio, c), offsets ? Rational(0) : entry(form.offset, c), form, storage);
    if (const TraceResult* none = std::get_if<TraceResult>(&found)) return *none;
    const auto& range = std::get<IntegerRange>(found);
    if (c > 0 && range != result.range) return bound_of_channels();
    result.range = range;
  }
  if (channels > 1) return result;
  const Rational zero_point = -form.offset[0] / form.ratio[0];
  if (form.ratio[0].sign() > 0 && zero_point.to_int64()) {
    result.scale = {form.ratio[0]};
    result.zero_point = {*zero_point.to_int64()};
  }
  return result;
}

} // namespace tilewright
