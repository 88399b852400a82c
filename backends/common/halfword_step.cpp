#include "backends/common/halfword_step.h"

#include "ir/step_function.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>

namespace tilewright {

namespace {

constexpr std::int64_t most_factor = 32767; // of either sign
constexpr int most_residual_bits = 4;
constexpr int fraction_bits = 16;

// What one channel multiplies by.
struct Factors {
  std::int64_t high = 0;
  std::int64_t fraction = 0;
  std::int64_t low = 0;
};

// What all channels have in common.
struct Frame {
  bool unsigned_part = false;
  int residual_bits = 0;
  int fraction_shift = 0;
  int shift = 0;
  bool has_fraction = false;

  IntegerRange part() const { return storage_range(unsigned_part ? ElementType::uint16 : ElementType::int16); }
  std::int64_t part_of(std::int64_t x) const { return std::clamp(x >> residual_bits, part().min, part().max); }
  std::int64_t fraction_of(const Factors& factors, std::int64_t x) const {
    return part_of(x) * factors.fraction >> (fraction_bits + fraction_shift);
  }
  // Without the addend.
  std::int64_t sum(const Factors& factors, std::int64_t x) const {
    const std::int64_t residual = x & ((std::int64_t{1} << residual_bits) - 1);
    return part_of(x) * factors.high + residual * factors.low + fraction_of(factors, x) * (1 << fraction_shift);
  }
  // Beyond this, p is saturated: sums no longer follow x, but are at least as far as at the ends.
  IntegerRange followed() const {
    const std::int64_t residual = (std::int64_t{1} << residual_bits) - 1;
    return {part().min * (residual + 1) + residual, part().max * (residual + 1)};
  }
};

struct Channel {
  Rational ratio; // not negative
  bool mirrored = false;
  std::int64_t offset = 0;
  StepFunction steps; // of -x where mirrored
  // Where the channel's sums are wanted.
  std::int64_t placed(std::int64_t x) const { return (mirrored ? -x : x) + offset; }
};

// The least integer that is not below value / 2^bits.
std::int64_t divided_up(std::int64_t value, int bits) { return -(-value >> bits); }

std::int64_t rounded(const Rational& value) { return round(value, Rounding::half_even).to_int64().value(); }

class Search {
public:
  Search(const RequantizeAttributes& attributes, std::vector<Channel> channels)
      : range_(attributes.range), channels_(std::move(channels)) {
    steepest_ = std::ranges::max_element(channels_, {}, &Channel::ratio)->ratio;
    mirrored_ = std::ranges::any_of(channels_, &Channel::mirrored);
  }

  struct Found {
    Frame frame;
    std::vector<Factors> factors;
    std::vector<std::int64_t> addends;
    std::vector<std::int64_t> offsets;
  };

  std::optional<Found> run() const {
    Frame frame;
    frame.unsigned_part = range_.min >= 0 && !mirrored_;
    while (!std::ranges::all_of(channels_, [&](const Channel& channel) { return follows(frame, channel); })) {
      if (++frame.residual_bits > most_residual_bits) return std::nullopt;
    }
    // The largest shift whose steepest factor has 16 bits.
    const Rational one = steepest_ * Rational::power_of_two(frame.residual_bits);
    while (one * Rational::power_of_two(frame.shift + 1) <= Rational(most_factor))
      ++frame.shift;
    if (one * Rational::power_of_two(frame.shift) > Rational(most_factor)) return std::nullopt;
    for (const bool has_fraction : {false, true}) {
      if (!has_fraction && frame.residual_bits > 0) continue;
      frame.has_fraction = has_fraction;
      frame.fraction_shift = has_fraction && frame.unsigned_part ? 1 : 0; // so that its product fits 16 bits
      if (auto found = with(frame)) return found;
    }
    return std::nullopt;
  }

private:
  // Whether sums follow the channel's accumulators wherever its results change.
  bool follows(const Frame& frame, const Channel& channel) const {
    const IntegerRange followed = frame.followed();
    const std::int64_t phases = (std::int64_t{1} << frame.residual_bits) - 1; // of the offset, see add_channel
    const auto inside = [&](std::int64_t x) {
      return followed.contains({channel.placed(x), channel.placed(x) + phases});
    };
    const StepFunction& steps = channel.steps;
    if (steps.first() > range_.min && !inside(steps.interval().min)) return false;
    if (steps.last() < range_.max && !inside(steps.interval().max)) return false;
    return steps.for_each_step(
        [&](std::int64_t, const RoundingBoundary&, std::int64_t t) { return inside(t) && inside(t - 1); });
  }

  std::optional<Found> with(const Frame& frame) const {
    Found found{frame, {}, {}, {}};
    for (const Channel& channel : channels_) {
      if (!add_channel(channel, found)) return std::nullopt;
    }
    return found;
  }

  bool add_channel(const Channel& channel, Found& found) const {
    const Frame& frame = found.frame;
    const Requirements wanted = requirements(channel, frame.shift);
    const std::int64_t multiplier = widest_multiplier(channel, frame, wanted);
    const std::int64_t sign = channel.mirrored ? -1 : 1;
    const auto rounded_by = [&](int bits) { return (multiplier + (std::int64_t{1} << bits >> 1)) >> bits; };
    const std::int64_t phases = std::int64_t{1} << frame.residual_bits;
    for (std::int64_t phase = 0; phase < phases; ++phase) {
      for (const std::int64_t aside : {0, 1, -1}) {
        Factors factors{rounded_by(fraction_bits), 0, 0};
        if (frame.has_fraction) {
          const std::int64_t rest = multiplier - (factors.high << fraction_bits);
          factors.fraction = std::clamp(rest + aside, -most_factor, most_factor);
        } else {
          factors.high += aside;
        }
        factors.high = std::min(factors.high, most_factor);
        if (frame.residual_bits > 0) factors.low = rounded_by(fraction_bits + frame.residual_bits);
        factors = {sign * factors.high, sign * factors.fraction, sign * factors.low};
        if (const auto addend = addend_for(frame, channel, channel.offset + phase, factors, wanted)) {
          found.factors.push_back(factors);
          found.addends.push_back(*addend);
          found.offsets.push_back(channel.offset + phase);
          return true;
        }
      }
    }
    return false;
  }

  // What sums have to be at some accumulators, before mirroring: at least `least` at `from`, at most `most` one before.
  struct Requirements {
    std::vector<std::int64_t> from, least;
    std::vector<std::int64_t> to, most;
  };
  Requirements requirements(const Channel& channel, int shift) const {
    const StepFunction& steps = channel.steps;
    const std::int64_t unit = std::int64_t{1} << shift;
    Requirements result;
    const auto at_least = [&](std::int64_t x, std::int64_t q) {
      result.from.push_back(x);
      result.least.push_back(q * unit);
    };
    const auto at_most = [&](std::int64_t x, std::int64_t q) {
      result.to.push_back(x);
      result.most.push_back((q + 1) * unit - 1);
    };
    if (steps.first() > range_.min) at_least(steps.interval().min, steps.first());
    if (steps.last() < range_.max) at_most(steps.interval().max, steps.last());
    steps.for_each_step([&](std::int64_t q, const RoundingBoundary&, std::int64_t t) {
      at_least(t, q + 1);
      at_most(t - 1, q);
      return true;
    });
    return result;
  }

  // The multiplier, high * 2^16 + fraction, that leaves most room to the addend: many are exact, and the one with the
  // step's own ratio can be at the end of them. The room is concave, and its slope is known, so halving finds its top.
  std::int64_t widest_multiplier(const Channel& channel, const Frame& frame, const Requirements& wanted) const {
    const int bits = fraction_bits + frame.residual_bits;
    const std::int64_t exact = rounded(channel.ratio * Rational::power_of_two(frame.shift + bits));
    std::int64_t low = exact - (exact >> 10);
    std::int64_t high = exact + (exact >> 10);
    while (low < high && !wanted.from.empty() && !wanted.to.empty()) {
      const std::int64_t middle = low + (high - low) / 2;
      const auto tightest = [&](const std::vector<std::int64_t>& xs, const std::vector<std::int64_t>& bounds,
                                int sign) {
        std::size_t best = 0;
        std::int64_t most = INT64_MIN;
        for (std::size_t i = 0; i < xs.size(); ++i) {
          const std::int64_t value = sign * ((bounds[i] << bits) - xs[i] * middle);
          if (value <= most) continue;
          most = value;
          best = i;
        }
        return xs[best];
      };
      const std::int64_t slope = tightest(wanted.from, wanted.least, 1) - tightest(wanted.to, wanted.most, -1);
      if (slope == 0) return middle;
      slope > 0 ? low = middle + 1 : high = middle;
    }
    return low;
  }

  // From one p to the next, and from one r to the next, sums go the way of x.
  static bool monotone(const Frame& frame, const Factors& factors, bool mirrored) {
    const std::int64_t residual = (std::int64_t{1} << frame.residual_bits) - 1;
    const int bits = fraction_bits + frame.fraction_shift;
    const std::int64_t scale = std::int64_t{1} << frame.fraction_shift;
    const std::int64_t next = factors.high - residual * factors.low;
    if (mirrored) return factors.low <= 0 && next + scale * divided_up(factors.fraction, bits) <= 0;
    return factors.low >= 0 && next + scale * (factors.fraction >> bits) >= 0;
  }

  // An addend with which all steps are where they should be, and all sums fit.
  static std::optional<std::int64_t> addend_for(const Frame& frame, const Channel& channel, std::int64_t offset,
                                                const Factors& factors, const Requirements& wanted) {
    if (!monotone(frame, factors, channel.mirrored)) return std::nullopt;
    const auto sum = [&](std::int64_t x) { return frame.sum(factors, (channel.mirrored ? -x : x) + offset); };
    std::int64_t low = -most_factor;
    std::int64_t high = most_factor;
    for (std::size_t i = 0; i < wanted.from.size() && low <= high; ++i)
      low = std::max(low, divided_up(wanted.least[i] - sum(wanted.from[i]), frame.fraction_shift));
    for (std::size_t i = 0; i < wanted.to.size() && low <= high; ++i)
      high = std::min(high, (wanted.most[i] - sum(wanted.to[i])) >> frame.fraction_shift);
    if (low > high) return std::nullopt;
    const std::int64_t addend = low + (high - low) / 2;
    return fits(frame, channel, offset, factors, addend) ? std::optional(addend) : std::nullopt;
  }

  static bool fits(const Frame& frame, const Channel& channel, std::int64_t offset, const Factors& factors,
                   std::int64_t addend) {
    const std::int64_t residual = (std::int64_t{1} << frame.residual_bits) - 1;
    const IntegerRange& interval = channel.steps.interval();
    for (const std::int64_t end : {interval.min, interval.max}) {
      const std::int64_t x = (channel.mirrored ? -end : end) + offset;
      const std::int64_t added = frame.fraction_of(factors, x) + addend;
      const std::int64_t from_part = frame.part_of(x) * factors.high + added * (1 << frame.fraction_shift);
      const std::int64_t with_residual = from_part + residual * factors.low;
      const auto within = [](std::int64_t value, ElementType element) {
        return storage_range(element).contains({value, value});
      };
      if (!within(added, ElementType::int16) || !within(from_part, ElementType::int32) ||
          !within(with_residual, ElementType::int32)) {
        return false;
      }
    }
    return true;
  }

  IntegerRange range_;
  std::vector<Channel> channels_;
  Rational steepest_;
  bool mirrored_ = false;
};

// nullopt where sums with the channel's offset leave 32 bits.
std::optional<Channel> channel_of(const RequantizeAttributes& attributes, const IntegerRange& sums,
                                  std::int64_t multiplier, std::int64_t addend) {
  if (multiplier == 0) return std::nullopt;
  const Rational unit = Rational::power_of_two(-static_cast<int>(attributes.shift));
  const Rational ratio = Rational(multiplier) * unit;
  const Rational start = Rational(addend) * unit;
  // Rounding down follows from a boundary at the half, or at the next integer, by this much more.
  const BoundaryRule rule = boundary_rule(attributes.rounding, attributes.range.max <= 0);
  const Rational offset = round((start + Rational(2 - rule.distance, 2)) / ratio, Rounding::half_even);
  const bool mirrored = multiplier < 0;
  const IntegerRange interval = mirrored ? IntegerRange{-sums.max, -sums.min} : sums;
  const std::optional<std::int64_t> moved = offset.to_int64();
  const IntegerRange word = storage_range(ElementType::int32);
  if (!moved || !word.contains({*moved, *moved + (1 << most_residual_bits)}) ||
      !word.contains({sums.min + *moved, sums.max + *moved + (1 << most_residual_bits)})) {
    return std::nullopt;
  }
  return Channel{ratio.abs(), mirrored, *moved,
                 StepFunction(ratio.abs(), start, attributes.rounding, attributes.range, interval)};
}

} // namespace

std::int64_t halfword_sum(const HalfwordStep& step, std::size_t channel, std::int64_t x) {
  const Frame frame{step.unsigned_part, step.residual_bits, step.fraction_shift, step.shift, step.has_fraction};
  return frame.sum({step.high[channel], step.fraction[channel], step.low[channel]}, x) +
         step.addend[channel] * (1 << step.fraction_shift);
}

std::optional<HalfwordStep> find_halfword_step(const RequantizeAttributes& attributes, const IntegerRange& sums,
                                               std::size_t channels) {
  if (size_in_bytes(attributes.element) != 1 || attributes.prior_shift != 0) return std::nullopt;
  std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> known; // channels of equal numbers are decided once
  std::vector<Channel> distinct;
  std::vector<std::size_t> index;
  for (std::size_t c = 0; c < channels; ++c) {
    const std::int64_t multiplier = attributes.multiplier[attributes.multiplier.size() == 1 ? 0 : c];
    const std::int64_t addend = attributes.addend[attributes.addend.size() == 1 ? 0 : c];
    const auto [position, inserted] = known.try_emplace({multiplier, addend}, distinct.size());
    if (inserted) {
      std::optional<Channel> channel = channel_of(attributes, sums, multiplier, addend);
      if (!channel) return std::nullopt;
      distinct.push_back(*std::move(channel));
    }
    index.push_back(position->second);
  }
  const auto found = Search(attributes, distinct).run();
  if (!found) return std::nullopt;
  const Frame& frame = found->frame;
  HalfwordStep step{frame.unsigned_part,
                    frame.residual_bits,
                    frame.fraction_shift,
                    frame.shift,
                    frame.has_fraction,
                    {},
                    {},
                    {},
                    {},
                    {}};
  for (const std::size_t i : index) {
    const Factors& factors = found->factors[i];
    step.offset.push_back(found->offsets[i]);
    step.high.push_back(factors.high);
    step.fraction.push_back(factors.fraction);
    step.low.push_back(factors.low);
    step.addend.push_back(found->addends[i]);
  }
  return step;
}

} // namespace tilewright
