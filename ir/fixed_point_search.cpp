#include "ir/fixed_point_search.h"

#include "ir/affine_form.h"

#include <algorithm>
#include <cassert>

namespace tilewright {

namespace {

constexpr __int128 numerator_limit = static_cast<__int128>(1) << 63;

// Those that keep every numerator within 64 bits.
AddendBounds legal_addends(const IntegerRange& interval, const Product& product) {
  AddendBounds bounds;
  bounds.low = std::max(bounds.low, -numerator_limit - product(interval.min));
  bounds.high = std::min(bounds.high, numerator_limit - 1 - product(interval.max));
  return bounds;
}

} // namespace

AddendBounds addend_bounds(const StepFunction& steps, const IntegerRange& range, const Product& product, int shift,
                           bool stop) {
  const IntegerRange& interval = steps.interval();
  const Rounding rounding = product.rounding;
  AddendBounds bounds = legal_addends(interval, product);
  const auto at_least = [&](__int128 c) { bounds.low = std::max(bounds.low, c); };
  const auto at_most = [&](__int128 c) { bounds.high = std::min(bounds.high, c); };
  if (steps.first() > range.min)
    at_least(numerator_beyond(boundary_above(steps.first() - 1, rounding), shift) - product(interval.min));
  if (steps.last() < range.max)
    at_most(numerator_beyond(boundary_above(steps.last(), rounding), shift) - 1 - product(interval.max));
  if (stop && bounds.empty()) return bounds;
  steps.for_each_step([&](std::int64_t, const RoundingBoundary& boundary, std::int64_t t) {
    const __int128 beyond = numerator_beyond(boundary, shift); // F(t) > q, and F(t - 1) <= q
    at_least(beyond - product(t));
    at_most(beyond - 1 - product(t - 1));
    return !(stop && bounds.empty());
  });
  return bounds;
}

namespace {

// The addend nearest to offset * 2^shift.
std::int64_t nearest_addend(const Rational& offset, int shift, const AddendBounds& bounds) {
  const Rational wanted = round(offset * Rational::power_of_two(shift), Rounding::half_even);
  const auto value = wanted.to_int128();
  if (!value) return static_cast<std::int64_t>(wanted.sign() < 0 ? bounds.low : bounds.high);
  return static_cast<std::int64_t>(std::clamp(*value, bounds.low, bounds.high));
}

// floor(ratio * 2^exponent), if it and its successor are below `most`.
std::optional<std::int64_t> multiplier_below(const Rational& ratio, int exponent, std::int64_t most) {
  const auto value = (ratio * Rational::power_of_two(exponent)).floor().to_int128();
  if (!value || *value >= most) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

class Search {
public:
  Search(const AffineStep& step, std::vector<FixedPointChannel> channels)
      : step_(step), channels_(std::move(channels)), order_(channels_.size()), multiplier_(channels_.size()),
        bounds_(channels_.size()) {
    for (std::size_t i = 0; i < order_.size(); ++i)
      order_[i] = i;
    one_ratio_ = std::ranges::all_of(channels_, [&](const FixedPointChannel& channel) {
      return channel.ratio == channels_[0].ratio && channel.mirrored == channels_[0].mirrored;
    });
  }

  MultiplierSearchResult run() {
    if (const std::optional<int> shift = plain_shift()) {
      if (feasible(*shift, [](std::size_t) { return std::vector<std::int64_t>{1}; })) return exact(*shift);
    }
    int last_legal = 0;
    if (const std::optional<int> shift = least_shift(last_legal)) return exact(*shift);
    const MultiplierSearchResult one_part = closest(last_legal);
    if (!storage_range(ElementType::int32).contains(step_.interval)) return one_part;
    prior_shift_ = two_part_shift;
    if (const std::optional<int> shift = least_shift(last_legal)) return exact(*shift);
    const MultiplierSearchResult parts = closest(last_legal);
    return total(parts) < total(one_part) ? parts : one_part;
  }

private:
  // The least shift that is exact for all channels; `last_legal` is the greatest one that was looked at.
  std::optional<int> least_shift(int& last_legal) {
    // The steepest channel decides which shifts have legal multipliers.
    const Rational& steepest = std::ranges::max_element(channels_, {}, &FixedPointChannel::ratio)->ratio;
    last_legal = 0;
    for (int shift = 0; shift <= largest_shift; ++shift) {
      const std::optional<std::int64_t> multiplier = below(steepest, shift);
      if (!multiplier || !leaves_room(*multiplier + 1)) break;
      last_legal = shift;
      if (try_shift(shift)) return shift;
    }
    return std::nullopt;
  }

  static std::pair<std::int64_t, std::int64_t> total(const MultiplierSearchResult& result) {
    Deviation sum;
    for (const ChannelChoice& channel : result.channels) {
      sum.largest = std::max(sum.largest, channel.deviation.largest);
      sum.differing += channel.deviation.differing;
    }
    return {sum.largest, sum.differing};
  }

  std::int64_t most() const { return prior_shift_ == 0 ? most_multiplier : most_two_part_multiplier; }
  std::optional<std::int64_t> below(const Rational& ratio, int shift) const {
    return multiplier_below(ratio, prior_shift_ + shift, most());
  }
  Product product_of(const FixedPointChannel& channel, std::int64_t multiplier) const {
    return {channel.mirrored ? -multiplier : multiplier, prior_shift_, channel.mirrored, step_.rounding};
  }

  std::optional<int> plain_shift() const {
    const auto exponent = channels_[0].ratio.power_of_two_exponent();
    if (!one_ratio_ || channels_[0].mirrored || !exponent || *exponent > 0 || -*exponent > largest_shift)
      return std::nullopt;
    return -*exponent;
  }

  // Products that take more than half of the numerator would leave too little to the addend.
  bool leaves_room(__int128 multiplier) const {
    const __int128 reach =
        std::max(-static_cast<__int128>(step_.interval.min), static_cast<__int128>(step_.interval.max));
    return (multiplier * reach) >> prior_shift_ < addend_limit;
  }

  bool try_shift(int shift) {
    if (one_ratio_) {
      const std::int64_t least = *below(channels_[0].ratio, shift);
      for (const std::int64_t m : {least, least + 1}) {
        if (feasible(shift, [m](std::size_t) { return std::vector<std::int64_t>{m}; })) return true;
      }
    }
    return feasible(shift, [&](std::size_t i) {
      const std::int64_t least = *below(channels_[i].ratio, shift);
      return std::vector<std::int64_t>{least, least + 1};
    });
  }

  // Whether each channel has an addend for one of its candidates.
  template <class Candidates> bool feasible(int shift, Candidates candidates) {
    for (std::size_t position = 0; position < order_.size(); ++position) {
      const std::size_t i = order_[position];
      bool found = false;
      for (const std::int64_t m : candidates(i)) {
        bounds_[i] = addend_bounds(channels_[i].steps, step_.range, product_of(channels_[i], m), shift, true);
        multiplier_[i] = m;
        found = !bounds_[i].empty();
        if (found) break;
      }
      if (found) continue;
      // The channel that fails here is likely to fail at the next shift too: look at it first.
      std::rotate(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(position),
                  order_.begin() + static_cast<std::ptrdiff_t>(position) + 1);
      return false;
    }
    return true;
  }

  MultiplierSearchResult exact(int shift) const {
    MultiplierSearchResult result{shift, prior_shift_, {}};
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      const std::int64_t addend = nearest_addend(channels_[i].offset, shift, bounds_[i]);
      result.channels.push_back({multiplier_[i], addend, {}});
    }
    return result;
  }

  // No shift is exact for all: the finest one, where each channel is exact or as close as a few addends come.
  MultiplierSearchResult closest(int shift) const {
    MultiplierSearchResult result{shift, prior_shift_, {}};
    for (const FixedPointChannel& channel : channels_)
      result.channels.push_back(closest(channel, shift));
    return result;
  }

  ChannelChoice closest(const FixedPointChannel& channel, int shift) const {
    const IntegerRange& interval = channel.steps.interval();
    const Rational scaled = channel.ratio * Rational::power_of_two(prior_shift_ + shift);
    // Steeper ratios than any multiplier saturate all but a few integers; the largest one is as good as any.
    std::int64_t m = std::min(round(scaled, Rounding::half_even), Rational(most())).to_int64().value();
    AddendBounds legal = legal_addends(interval, product_of(channel, m));
    if (legal.empty()) legal = legal_addends(interval, product_of(channel, m = 0));
    const AddendBounds wanted = addend_bounds(channel.steps, step_.range, product_of(channel, m), shift, false);
    if (!wanted.empty()) return {m, nearest_addend(channel.offset, shift, wanted), {}};
    const __int128 middle = std::clamp((wanted.low + wanted.high) / 2, legal.low, legal.high);
    std::optional<ChannelChoice> best;
    for (const std::int64_t addend :
         {static_cast<std::int64_t>(middle), nearest_addend(channel.offset, shift, legal)}) {
      const ChannelChoice choice{m, addend, deviation_of(channel, step_, product_of(channel, m), addend, shift)};
      const auto badness = [](const Deviation& d) { return std::pair(d.largest, d.differing); };
      if (!best || badness(choice.deviation) < badness(best->deviation)) best = choice;
    }
    return *best;
  }

  const AffineStep& step_;
  std::vector<FixedPointChannel> channels_;
  std::vector<std::size_t> order_;
  std::vector<std::int64_t> multiplier_;
  std::vector<AddendBounds> bounds_;
  bool one_ratio_ = false;
  int prior_shift_ = 0;
};

IntegerRange negated(const IntegerRange& range) { return {-range.max, -range.min}; }

} // namespace

FixedPointChannel channel_of(const AffineStep& step, std::size_t c) {
  const Rational& ratio = entry(step.ratio, c);
  const Rational& offset = entry(step.offset, c);
  const IntegerRange& interval = step.channel_intervals.empty() ? step.interval : step.channel_intervals[c];
  const bool mirrored = ratio.sign() < 0;
  const Rational slope = ratio.abs();
  return {slope, offset, mirrored,
          StepFunction(slope, offset, step.rounding, step.range, mirrored ? negated(interval) : interval)};
}

// One comparison for each piece on which the exact function is constant, and a binary search where it fails.
Deviation deviation_of(const FixedPointChannel& channel, const AffineStep& step, const Product& product,
                       std::int64_t addend, int shift) {
  Deviation deviation;
  const IntegerRange& interval = channel.steps.interval();
  assert(product.mirrored ? product.multiplier <= 0 : product.multiplier >= 0);
  __int128 below = 0; // the smallest numerator that gives at least the piece's value
  __int128 above = 0; // the smallest one that gives more
  const auto fixed_at = [&](std::int64_t x) {
    const __int128 rounded = round_shift(product(x) + addend, shift, step.rounding);
    return static_cast<std::int64_t>(
        std::clamp(rounded, static_cast<__int128>(step.range.min), static_cast<__int128>(step.range.max)));
  };
  // The exact function has the value `exact` from `from` to `to`; the other one may step in between.
  const auto compare_piece = [&](std::int64_t from, std::int64_t to, std::int64_t exact) {
    const bool starts = exact == step.range.min || product(from) + addend >= below;
    const bool ends = exact == step.range.max || product(to) + addend < above;
    if (starts && ends) return;
    const std::int64_t at_from = fixed_at(from);
    const std::int64_t at_to = fixed_at(to);
    deviation.largest = std::max({deviation.largest, std::abs(at_from - exact), std::abs(at_to - exact)});
    const auto first_above = [&](std::int64_t value) { // the smallest x in [from, to + 1] with fixed_at(x) > value
      std::int64_t low = from;
      std::int64_t high = to + 1;
      while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (fixed_at(middle) > value) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      return low;
    };
    const std::int64_t right = first_above(exact) - first_above(exact - 1);
    deviation.differing += (to - from + 1) - right;
  };
  std::int64_t from = interval.min;
  below = numerator_beyond(boundary_above(channel.steps.first() - 1, step.rounding), shift);
  channel.steps.for_each_step([&](std::int64_t q, const RoundingBoundary& boundary, std::int64_t t) {
    above = numerator_beyond(boundary, shift);
    if (t > from) compare_piece(from, t - 1, q);
    below = above;
    from = t;
    return true;
  });
  above = numerator_beyond(boundary_above(channel.steps.last(), step.rounding), shift);
  compare_piece(from, interval.max, channel.steps.last());
  return deviation;
}

MultiplierSearchResult search_fixed_point(const AffineStep& step, std::vector<FixedPointChannel> channels) {
  std::vector<bool> mirrored;
  for (const FixedPointChannel& channel : channels)
    mirrored.push_back(channel.mirrored);
  MultiplierSearchResult result = Search(step, std::move(channels)).run();
  for (std::size_t i = 0; i < mirrored.size(); ++i) {
    if (mirrored[i]) result.channels[i].multiplier = -result.channels[i].multiplier;
  }
  return result;
}

} // namespace tilewright
