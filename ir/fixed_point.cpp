#include "ir/fixed_point.h"

#include "ir/affine_form.h"
#include "ir/fixed_point_search.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace tilewright {

namespace {

std::size_t channel_count(const AffineStep& step) {
  return std::max({step.ratio.size(), step.offset.size(), step.channel_intervals.size()});
}

void add(Deviation& total, const Deviation& more) {
  total.differing += more.differing;
  total.largest = std::max(total.largest, more.largest);
}

void collapse(std::vector<std::int64_t>& list) {
  if (std::ranges::all_of(list, [&](std::int64_t value) { return value == list.front(); })) list.resize(1);
}

} // namespace

Deviation verify_fixed_point(const AffineStep& step, const FixedPoint& fixed) {
  Deviation total;
  const std::size_t channels = std::max({channel_count(step), fixed.multiplier.size(), fixed.addend.size()});
  for (std::size_t c = 0; c < channels; ++c) {
    const std::int64_t m = fixed.multiplier[fixed.multiplier.size() == 1 ? 0 : c];
    const std::int64_t addend = fixed.addend[fixed.addend.size() == 1 ? 0 : c];
    const FixedPointChannel channel = channel_of(step, c);
    const Product product{m, fixed.prior_shift, channel.mirrored, step.rounding};
    add(total, deviation_of(channel, step, product, addend, fixed.shift));
  }
  return total;
}

FixedPointChoice choose_fixed_point(const AffineStep& step) {
  // Channels of equal numbers are decided once.
  std::map<std::tuple<Rational, Rational, std::int64_t, std::int64_t>, std::size_t> known;
  std::vector<FixedPointChannel> distinct;
  std::vector<std::size_t> index;
  for (std::size_t c = 0; c < channel_count(step); ++c) {
    const IntegerRange interval = step.channel_intervals.empty() ? step.interval : step.channel_intervals[c];
    const auto [position, inserted] =
        known.try_emplace({entry(step.ratio, c), entry(step.offset, c), interval.min, interval.max}, distinct.size());
    if (inserted) distinct.push_back(channel_of(step, c));
    index.push_back(position->second);
  }
  const MultiplierSearchResult found = search_fixed_point(step, std::move(distinct));
  FixedPointChoice choice;
  choice.fixed.shift = found.shift;
  choice.fixed.prior_shift = found.prior_shift;
  for (const std::size_t i : index) {
    choice.fixed.multiplier.push_back(found.channels[i].multiplier);
    choice.fixed.addend.push_back(found.channels[i].addend);
    add(choice.deviation, found.channels[i].deviation);
  }
  collapse(choice.fixed.multiplier);
  collapse(choice.fixed.addend);
  return choice;
}

} // namespace tilewright
