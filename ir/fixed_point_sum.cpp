#include "ir/fixed_point_sum.h"

#include "ir/fixed_point_search.h"
#include "ir/sum_halves.h"

#include <algorithm>
#include <functional>

namespace tilewright {

namespace {

// All combinations of the terms beside the pivot; slice by slice, the sum is a step function of the pivot.
class Slices {
public:
  Slices(const SumStep& step, const SumChannel& channel) : step_(step), channel_(channel) {
    const auto width = [](const IntegerRange& interval) { return interval.max - interval.min; };
    pivot_ = static_cast<std::size_t>(std::ranges::max_element(step.intervals, {}, width) - step.intervals.begin());
    for (std::size_t k = 0; k < step.intervals.size(); ++k) {
      if (k == pivot_) continue;
      const std::int64_t size = width(step.intervals[k]) + 1;
      count_ = size > most_slices ? most_slices + 1 : std::min(count_ * size, most_slices + 1);
    }
  }

  std::int64_t count() const { return count_; }
  std::size_t pivot() const { return pivot_; }

  // Computes the step functions; once, since every multiplier and shift is held against the same ones.
  void prepare() {
    std::vector<std::int64_t> x;
    for (const IntegerRange& interval : step_.intervals)
      x.push_back(interval.min);
    for (std::int64_t i = 0; i < count_; ++i) {
      Rational offset = channel_.offset;
      for (std::size_t k = 0; k < x.size(); ++k) {
        if (k != pivot_) offset += channel_.ratio[k] * Rational(x[k]);
      }
      const AffineStep pivot{
          {channel_.ratio[pivot_]}, {std::move(offset)}, step_.rounding, step_.range, step_.intervals[pivot_]};
      functions_.push_back(channel_of(pivot, 0));
      terms_.push_back(x);
      for (std::size_t k = 0; k < x.size(); ++k) {
        if (k == pivot_) continue;
        if (++x[k] <= step_.intervals[k].max) break;
        x[k] = step_.intervals[k].min;
      }
    }
  }

  // What the other terms of slice `i` add to the numerator.
  __int128 rest(std::size_t i, const std::vector<std::int64_t>& multiplier) const {
    __int128 sum = 0;
    for (std::size_t k = 0; k < multiplier.size(); ++k) {
      if (k != pivot_) sum += static_cast<__int128>(multiplier[k]) * terms_[i][k];
    }
    return sum;
  }

  // The addends under which the multipliers are exact in every slice.
  AddendBounds bounds(const std::vector<std::int64_t>& multiplier, int shift) {
    AddendBounds common;
    for (std::size_t n = 0; n < functions_.size() && !common.empty(); ++n) {
      // A slice that contradicted an earlier choice is likely to contradict this one too: look at it first.
      const std::size_t i = n == 0 ? suspect_ : n == suspect_ ? 0 : n;
      narrow(common, i, multiplier, shift, true);
      if (common.empty()) suspect_ = i;
    }
    return common;
  }

  void narrow(AddendBounds& common, std::size_t i, const std::vector<std::int64_t>& multiplier, int shift,
              bool stop) const {
    const FixedPointChannel& slice = functions_[i];
    const AddendBounds own = addend_bounds(slice.steps, step_.range, product_in(slice, multiplier), shift, stop);
    const __int128 others = rest(i, multiplier);
    common.low = std::max(common.low, own.low - others);
    common.high = std::min(common.high, own.high - others);
  }

  Deviation deviation(const std::vector<std::int64_t>& multiplier, std::int64_t addend, int shift) const {
    Deviation total;
    const AffineStep step{{}, {}, step_.rounding, step_.range, step_.intervals[pivot_]};
    for (std::size_t i = 0; i < functions_.size(); ++i) {
      const FixedPointChannel& slice = functions_[i];
      const Deviation own = deviation_of(slice, step, product_in(slice, multiplier),
                                         static_cast<std::int64_t>(addend + rest(i, multiplier)), shift);
      total.differing += own.differing;
      total.largest = std::max(total.largest, own.largest);
    }
    return total;
  }

private:
  Product product_in(const FixedPointChannel& slice, const std::vector<std::int64_t>& multiplier) const {
    return {multiplier[pivot_], 0, slice.mirrored, step_.rounding};
  }

  const SumStep& step_;
  const SumChannel& channel_;
  std::size_t pivot_ = 0;
  std::int64_t count_ = 1;
  std::size_t suspect_ = 0;
  std::vector<FixedPointChannel> functions_;
  std::vector<std::vector<std::int64_t>> terms_; // of each slice; the pivot's entry says nothing
};

std::optional<std::int64_t> multiplier_for(const Rational& ratio, int shift, Rounding rounding) {
  const auto value = round(ratio * Rational::power_of_two(shift), rounding).to_int64();
  if (!value || *value > most_multiplier || *value < -most_multiplier) return std::nullopt;
  return value;
}

// Whether every numerator stays within 64 bits, and what the terms add to the addend within 62.
bool leaves_room(const SumStep& step, const std::vector<std::int64_t>& multiplier, __int128 addend) {
  __int128 reach = addend < 0 ? -addend : addend;
  for (std::size_t k = 0; k < multiplier.size(); ++k) {
    const __int128 most = std::max(-step.intervals[k].min, step.intervals[k].max);
    reach += most * std::abs(multiplier[k]);
  }
  return reach < addend_limit;
}

// Every ratio and offset times 2^shift is an integer: nothing is left to prove.
std::optional<SumFixedPoint> dyadic(const SumStep& step) {
  int shift = 0;
  for (const SumChannel& channel : step.channels) {
    std::vector<Rational> numbers = channel.ratio;
    numbers.push_back(channel.offset);
    for (const Rational& number : numbers) {
      const auto exponent = number.denominator().power_of_two_exponent();
      if (!exponent || *exponent > largest_shift) return std::nullopt;
      shift = std::max(shift, *exponent);
    }
  }
  SumFixedPoint fixed{{}, shift};
  for (const SumChannel& channel : step.channels) {
    SumFixedPoint::Channel result;
    for (const Rational& ratio : channel.ratio) {
      const auto multiplier = multiplier_for(ratio, shift, Rounding::floor);
      if (!multiplier) return std::nullopt;
      result.multiplier.push_back(*multiplier);
    }
    const auto addend = (channel.offset * Rational::power_of_two(shift)).to_int64();
    if (!addend || !leaves_room(step, result.multiplier, *addend)) return std::nullopt;
    result.addend = *addend;
    fixed.channels.push_back(std::move(result));
  }
  return fixed;
}

// Multipliers next to the ratios: the nearest ones first, then every other rounding of a few terms.
std::vector<std::vector<std::int64_t>> candidates_for(const SumChannel& channel, int shift) {
  constexpr std::size_t most_varied = 3;
  std::vector<std::vector<std::int64_t>> result;
  const auto add = [&](const std::function<Rounding(std::size_t)>& rounding) {
    std::vector<std::int64_t> multiplier;
    for (std::size_t k = 0; k < channel.ratio.size(); ++k) {
      const auto value = multiplier_for(channel.ratio[k], shift, rounding(k));
      if (!value) return;
      multiplier.push_back(*value);
    }
    if (std::ranges::find(result, multiplier) == result.end()) result.push_back(std::move(multiplier));
  };
  add([](std::size_t) { return Rounding::half_even; });
  const std::size_t varied = std::min(channel.ratio.size(), most_varied);
  for (unsigned choice = 0; choice < 1U << varied; ++choice) {
    add([&](std::size_t k) {
      return k >= varied ? Rounding::half_even : (choice >> k & 1U) != 0 ? Rounding::ceil : Rounding::floor;
    });
  }
  return result;
}

std::int64_t nearest_addend(const Rational& offset, int shift, const AddendBounds& bounds) {
  const auto wanted = round(offset * Rational::power_of_two(shift), Rounding::half_even).to_int128();
  if (!wanted) return static_cast<std::int64_t>(offset.sign() < 0 ? bounds.low : bounds.high);
  return static_cast<std::int64_t>(std::clamp(*wanted, bounds.low, bounds.high));
}

class Search {
public:
  explicit Search(const SumStep& step) : step_(step) {
    for (const SumChannel& channel : step.channels) {
      const auto known = std::ranges::find(distinct_, channel);
      index_.push_back(static_cast<std::size_t>(known - distinct_.begin()));
      if (known == distinct_.end()) distinct_.push_back(channel);
    }
  }

  std::optional<SumChoice> run() {
    for (const SumChannel& channel : distinct_) {
      slices_.emplace_back(step_, channel);
      if (slices_.back().count() > most_slices) return std::nullopt;
    }
    for (Slices& slices : slices_)
      slices.prepare();
    int last_legal = 0;
    for (int shift = 0; shift <= largest_shift && legal(shift); ++shift) {
      last_legal = shift;
      std::vector<SumFixedPoint::Channel> found;
      for (std::size_t i = 0; i < distinct_.size(); ++i) {
        const auto exact = exact_at(i, shift);
        if (!exact) break;
        found.push_back(*exact);
      }
      if (found.size() == distinct_.size()) return choice_of(found, shift);
    }
    std::vector<SumFixedPoint::Channel> closest;
    for (std::size_t i = 0; i < distinct_.size(); ++i)
      closest.push_back(closest_at(i, last_legal));
    return choice_of(closest, last_legal);
  }

private:
  bool legal(int shift) const {
    return std::ranges::all_of(distinct_, [&](const SumChannel& channel) {
      const auto candidates = candidates_for(channel, shift);
      return !candidates.empty() && leaves_room(step_, candidates[0], 0);
    });
  }

  std::optional<SumFixedPoint::Channel> exact_at(std::size_t i, int shift) {
    for (const std::vector<std::int64_t>& multiplier : candidates_for(distinct_[i], shift)) {
      const AddendBounds bounds = slices_[i].bounds(multiplier, shift);
      if (bounds.empty()) continue;
      const std::int64_t addend = nearest_addend(distinct_[i].offset, shift, bounds);
      if (leaves_room(step_, multiplier, addend)) return SumFixedPoint::Channel{multiplier, addend};
    }
    return std::nullopt;
  }

  SumFixedPoint::Channel closest_at(std::size_t i, int shift) {
    if (auto exact = exact_at(i, shift)) return *exact;
    SumFixedPoint::Channel channel{std::vector<std::int64_t>(step_.intervals.size(), 0), 0};
    if (const auto candidates = candidates_for(distinct_[i], shift); !candidates.empty())
      channel.multiplier = candidates[0];
    __int128 room = addend_limit - 1;
    for (std::size_t k = 0; k < channel.multiplier.size(); ++k) {
      room -= static_cast<__int128>(std::max(-step_.intervals[k].min, step_.intervals[k].max)) *
              std::abs(channel.multiplier[k]);
    }
    room = std::max<__int128>(room, 0);
    channel.addend = nearest_addend(distinct_[i].offset, shift, {-room, room});
    return channel;
  }

  SumChoice choice_of(const std::vector<SumFixedPoint::Channel>& found, int shift) const {
    std::vector<Deviation> deviations;
    for (std::size_t i = 0; i < found.size(); ++i)
      deviations.push_back(slices_[i].deviation(found[i].multiplier, found[i].addend, shift));
    SumChoice choice{{{}, shift}, {}};
    for (const std::size_t i : index_) {
      choice.fixed.channels.push_back(found[i]);
      choice.deviation.differing += deviations[i].differing;
      choice.deviation.largest = std::max(choice.deviation.largest, deviations[i].largest);
    }
    return choice;
  }

  const SumStep& step_;
  std::vector<SumChannel> distinct_;
  std::vector<std::size_t> index_; // into distinct_, by channel of the step
  std::vector<Slices> slices_;
};

// The largest shift whose multipliers are legal for all channels.
std::optional<int> finest_shift(const SumStep& step) {
  std::optional<int> finest;
  for (int shift = 0; shift <= largest_shift; ++shift) {
    const bool legal = std::ranges::all_of(step.channels, [&](const SumChannel& channel) {
      const auto candidates = candidates_for(channel, shift);
      return !candidates.empty() && leaves_room(step, candidates[0], 0);
    });
    if (!legal) break;
    finest = shift;
  }
  return finest;
}

// Of one channel with many combinations: exact, or as close as the nearest numbers come.
std::optional<std::pair<SumFixedPoint::Channel, Deviation>> choose_by_halves(const SumStep& step,
                                                                             const SumChannel& channel, int shift) {
  const SumHalves halves(step, channel);
  if (!halves.fits()) return std::nullopt;
  const auto candidates = candidates_for(channel, shift);
  for (const std::vector<std::int64_t>& multiplier : candidates) {
    const AddendBounds bounds = halves.bounds(multiplier, shift);
    if (bounds.empty()) continue;
    const std::int64_t addend = nearest_addend(channel.offset, shift, bounds);
    if (leaves_room(step, multiplier, addend))
      return std::pair(SumFixedPoint::Channel{multiplier, addend}, Deviation{});
  }
  const std::int64_t addend = nearest_addend(channel.offset, shift, {});
  const auto deviation = halves.deviation(candidates[0], addend, shift);
  if (!deviation || !leaves_room(step, candidates[0], addend)) return std::nullopt;
  return std::pair(SumFixedPoint::Channel{candidates[0], addend}, *deviation);
}

std::optional<SumChoice> choose_by_halves(const SumStep& step) {
  const std::optional<int> shift = finest_shift(step);
  if (!shift) return std::nullopt;
  SumChoice choice{{{}, *shift}, {}};
  for (std::size_t c = 0; c < step.channels.size(); ++c) {
    const auto same = std::ranges::find(step.channels, step.channels[c]) - step.channels.begin();
    if (static_cast<std::size_t>(same) < c) {
      choice.fixed.channels.push_back(choice.fixed.channels[static_cast<std::size_t>(same)]);
      continue;
    }
    const auto found = choose_by_halves(step, step.channels[c], *shift);
    if (!found) return std::nullopt;
    const std::ptrdiff_t times = std::ranges::count(step.channels, step.channels[c]);
    choice.fixed.channels.push_back(found->first);
    choice.deviation.differing += found->second.differing * times;
    choice.deviation.largest = std::max(choice.deviation.largest, found->second.largest);
  }
  return choice;
}

} // namespace

std::optional<SumChoice> choose_sum_fixed_point(const SumStep& step) {
  if (auto fixed = dyadic(step)) return SumChoice{*std::move(fixed), {}};
  if (auto choice = Search(step).run()) return choice;
  return choose_by_halves(step);
}

} // namespace tilewright
