#include "ir/sum_halves.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

constexpr std::int64_t most_units = std::int64_t{1} << 62;
constexpr std::int64_t most_visits = std::int64_t{1} << 23;

// Boundaries lie half a step between the results, or at them.
bool rounds_to_nearest(Rounding rounding) {
  switch (rounding) {
  case Rounding::floor:
  case Rounding::ceil:
  case Rounding::toward_zero:
  case Rounding::away_from_zero:
    return false;
  default:
    return true;
  }
}

std::int64_t magnitude(const IntegerRange& interval) {
  return std::max(std::abs(interval.min), std::abs(interval.max));
}

// Twice the least common denominator.
std::optional<std::int64_t> units_of(const SumChannel& channel) {
  Rational units(2);
  std::vector<Rational> numbers = channel.ratio;
  numbers.push_back(channel.offset);
  for (const Rational& number : numbers)
    units *= (units * number / Rational(2)).denominator();
  const auto value = units.to_int64();
  return value && *value < most_units ? value : std::nullopt;
}

std::vector<__int128> products_of(const std::vector<std::size_t>& terms,
                                  const std::vector<std::vector<std::int64_t>>& x,
                                  const std::vector<std::int64_t>& multiplier) {
  std::vector<__int128> products;
  products.reserve(x.size());
  for (const std::vector<std::int64_t>& combination : x) {
    __int128 sum = 0;
    for (std::size_t k = 0; k < terms.size(); ++k)
      sum += static_cast<__int128>(multiplier[terms[k]]) * combination[k];
    products.push_back(sum);
  }
  return products;
}

} // namespace

SumHalves::SumHalves(const SumStep& step, const SumChannel& channel) : step_(step), channel_(channel) {
  const auto width = [&](std::size_t k) { return step.intervals[k].max - step.intervals[k].min + 1; };
  std::vector<std::size_t> order(step.intervals.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), width);
  std::int64_t counts[2] = {1, 1};
  for (const std::size_t k : order) {
    const int half = counts[1] < counts[0] ? 1 : 0;
    if (width(k) > most_slices / counts[half]) return;
    counts[half] *= width(k);
    halves_[half].terms.push_back(k);
  }
  const std::optional<std::int64_t> units = units_of(channel);
  if (!units) return;
  units_ = *units;
  constexpr __int128 most = static_cast<__int128>(1) << 120;
  std::vector<__int128> ratio;
  for (std::size_t k = 0; k < channel.ratio.size(); ++k) {
    const auto value = (channel.ratio[k] * Rational(units_)).to_int128();
    const Rational reach = channel.ratio[k].abs() * Rational(units_) * Rational(magnitude(step.intervals[k]));
    if (!value || !reach.to_int128() || *reach.to_int128() > most / 64) return;
    ratio.push_back(*value);
  }
  const auto offset = (channel.offset * Rational(units_)).to_int128();
  if (!offset || *offset > most || *offset < -most || channel.ratio.size() > 16) return;
  const std::int64_t boundary = rounds_to_nearest(step.rounding) ? units_ / 2 : 0;
  enumerate(halves_[0], ratio, 0);
  enumerate(halves_[1], ratio, *offset);
  for (std::size_t half = 0; half < 2; ++half) {
    for (const __int128 sum : halves_[half].sums) {
      const auto rest = static_cast<std::int64_t>((sum - (half == 1 ? boundary : 0)) % units_);
      halves_[half].fractions.push_back(rest < 0 ? rest + units_ : rest);
    }
  }
  fits_ = true;
}

void SumHalves::enumerate(Half& half, const std::vector<__int128>& ratio, __int128 offset) const {
  std::vector<std::int64_t> x;
  for (const std::size_t k : half.terms)
    x.push_back(step_.intervals[k].min);
  for (bool more = true; more;) {
    __int128 sum = offset;
    for (std::size_t i = 0; i < x.size(); ++i)
      sum += ratio[half.terms[i]] * x[i];
    half.x.push_back(x);
    half.sums.push_back(sum);
    more = false;
    for (std::size_t i = 0; i < x.size() && !more; ++i) {
      const IntegerRange& interval = step_.intervals[half.terms[i]];
      more = x[i] < interval.max;
      x[i] = more ? x[i] + 1 : interval.min;
    }
  }
}

std::int64_t SumHalves::rounded(__int128 sum) const {
  const __int128 result = round_divide(sum, units_, step_.rounding);
  return static_cast<std::int64_t>(
      std::clamp(result, static_cast<__int128>(step_.range.min), static_cast<__int128>(step_.range.max)));
}

Rational SumHalves::error(const std::vector<std::int64_t>& multiplier, const Rational& addend, int shift) const {
  const Rational scale = Rational::power_of_two(shift);
  Rational total = (addend - channel_.offset * scale).abs();
  for (std::size_t k = 0; k < multiplier.size(); ++k) {
    total += (Rational(multiplier[k]) - channel_.ratio[k] * scale).abs() * Rational(magnitude(step_.intervals[k]));
  }
  return total / scale;
}

bool SumHalves::visit_near(const std::vector<std::int64_t>& multiplier, const Rational& distance,
                           const Visit& visit) const {
  const auto reach = (distance * Rational(units_)).ceil().to_int64();
  if (!reach || *reach >= units_ / 4) return false;
  std::vector<std::size_t> order(halves_[0].fractions.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(halves_[0].fractions[i], i); });
  std::vector<std::int64_t> fractions;
  for (const std::size_t i : order)
    fractions.push_back(halves_[0].fractions[i]);
  const std::vector<__int128> first = products_of(halves_[0].terms, halves_[0].x, multiplier);
  const std::vector<__int128> second = products_of(halves_[1].terms, halves_[1].x, multiplier);
  std::int64_t visits = 0;
  for (std::size_t b = 0; b < second.size(); ++b) {
    // Fractions within `reach` of the one that adds up to a whole step, around the circle.
    const std::int64_t centre = halves_[1].fractions[b] == 0 ? 0 : units_ - halves_[1].fractions[b];
    for (const std::int64_t turn : {-units_, std::int64_t{0}, units_}) {
      const auto begin = std::ranges::lower_bound(fractions, centre - *reach + turn);
      const auto end = std::ranges::upper_bound(begin, fractions.end(), centre + *reach + turn);
      visits += end - begin;
      if (visits > most_visits) return false;
      for (auto at = begin; at != end; ++at) {
        const std::size_t a = order[static_cast<std::size_t>(at - fractions.begin())];
        visit(halves_[0].sums[a] + halves_[1].sums[b], first[a] + second[b]);
      }
    }
  }
  return true;
}

AddendBounds SumHalves::bounds(const std::vector<std::int64_t>& multiplier, int shift) const {
  const AddendBounds none{0, -1};
  const Rational wanted = channel_.offset * Rational::power_of_two(shift);
  // An addend may make up for what the multipliers' errors add up to, and no more.
  const Rational slack = error(multiplier, wanted, shift) * Rational::power_of_two(shift) + Rational(1);
  const auto low = (wanted - slack).floor().to_int128();
  const auto high = (wanted + slack).ceil().to_int128();
  if (!low || !high) return none;
  AddendBounds common;
  common.low = std::max(common.low, *low);
  common.high = std::min(common.high, *high);
  const Rational distance = error(multiplier, wanted + slack + Rational(1), shift);
  const IntegerRange& range = step_.range;
  const bool complete = visit_near(multiplier, distance, [&](__int128 exact, __int128 numerator) {
    const std::int64_t q = rounded(exact);
    const auto beyond = [&](std::int64_t below) {
      return numerator_beyond(boundary_above(below, step_.rounding), shift) - numerator;
    };
    if (q > range.min) common.low = std::max(common.low, beyond(q - 1));
    if (q < range.max) common.high = std::min(common.high, beyond(q) - 1);
  });
  return complete ? common : none;
}

std::optional<Deviation> SumHalves::deviation(const std::vector<std::int64_t>& multiplier, std::int64_t addend,
                                              int shift) const {
  Deviation total;
  const IntegerRange& range = step_.range;
  const bool complete =
      visit_near(multiplier, error(multiplier, Rational(addend), shift), [&](__int128 exact, __int128 numerator) {
        const __int128 fixed = round_shift(numerator + addend, shift, step_.rounding);
        const auto got = static_cast<std::int64_t>(
            std::clamp(fixed, static_cast<__int128>(range.min), static_cast<__int128>(range.max)));
        const std::int64_t difference = std::abs(got - rounded(exact));
        total.differing += difference != 0 ? 1 : 0;
        total.largest = std::max(total.largest, difference);
      });
  if (!complete) return std::nullopt;
  return total;
}

} // namespace tilewright
