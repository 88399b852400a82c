#include "ir/common_steps.h"

#include "ir/rounding.h"

#include <algorithm>
#include <cassert>

namespace tilewright {

namespace {

using Wide = __int128;

constexpr std::int64_t places = std::int64_t{1} << place_bits;
constexpr std::int64_t margin = std::int64_t{1} << (place_bits - 6); // in front of the first step and behind the last
constexpr Wide most_numerator = Wide{1} << 62;
constexpr int most_rounds = 400;

class Axis {
public:
  Axis(const std::vector<SteppedChannel>& channels, const Rational& first, const Rational& last)
      : channels_(channels), first_(first) {
    Rational widest(0);
    for (const SteppedChannel& channel : channels)
      widest = std::max(widest, channel.ratio.abs());
    // Between neighbouring integers 2^20 places are enough.
    unit_ = std::max((last - first) / Rational(places - 2 * margin), widest * Rational::power_of_two(-20));
  }

  std::variant<CommonSteps, std::string> run() {
    if (!choose_multipliers()) return std::string("the integers' scales are too far apart");
    for (int round = 0; round < most_rounds; ++round) {
      if (place_edges()) return std::move(result_);
    }
    return std::string("values of several channels lie too close to each other at a step");
  }

private:
  // The largest shift for which all numbers fit.
  bool choose_multipliers() {
    for (result_.shift = place_bits; result_.shift >= 0; --result_.shift) {
      const Rational scale = Rational::power_of_two(result_.shift) / unit_;
      result_.multiplier.clear();
      result_.addend.clear();
      const bool fits = std::ranges::all_of(channels_, [&](const SteppedChannel& channel) {
        const auto multiplier = round(channel.ratio * scale, Rounding::half_even).to_int64();
        const auto addend =
            round((channel.offset - first_) * scale + Rational(margin) * Rational::power_of_two(result_.shift),
                  Rounding::half_even)
                .to_int64();
        if (!multiplier || !addend || *multiplier >= std::int64_t{1} << 31 || *multiplier <= -(std::int64_t{1} << 31))
          return false;
        result_.multiplier.push_back(*multiplier);
        result_.addend.push_back(*addend);
        const std::size_t c = result_.addend.size() - 1;
        return within(numerator(c, channel.interval.min)) && within(numerator(c, channel.interval.max)) &&
               within(*addend);
      });
      if (fits) return true;
    }
    return false;
  }
  // With room for addends that move.
  static bool within(Wide number) { return number < most_numerator / 2 && number > -most_numerator / 2; }

  Wide numerator(std::size_t channel, std::int64_t x) const {
    return static_cast<Wide>(x) * result_.multiplier[channel] + result_.addend[channel];
  }
  std::int64_t place(std::size_t channel, std::int64_t x) const {
    const Wide shifted = numerator(channel, x) >> result_.shift;
    return static_cast<std::int64_t>(std::clamp<Wide>(shifted, 0, places - 1));
  }

  // Whether every step has room for its edge; moves the channels that are in the way of each other apart.
  bool place_edges() {
    result_.edge.clear();
    bool room = true;
    for (std::size_t step = 0; step < channels_.front().before.size(); ++step) {
      std::int64_t low = 1;
      std::int64_t high = places - 1;
      std::size_t lower = 0;
      std::size_t upper = 0;
      for (std::size_t c = 0; c < channels_.size(); ++c) {
        const std::optional<std::int64_t>& before = channels_[c].before[step];
        const std::optional<std::int64_t>& behind = channels_[c].behind[step];
        if (before && place(c, *before) + 1 > low) {
          low = place(c, *before) + 1;
          lower = c;
        }
        if (behind && place(c, *behind) < high) {
          high = place(c, *behind);
          upper = c;
        }
      }
      if (low > high) {
        room = false;
        const std::int64_t apart = ((low - high) << result_.shift) / 2 + 1;
        result_.addend[lower] -= apart;
        result_.addend[upper] += apart;
      }
      result_.edge.push_back(low + (high - low) / 2);
    }
    return room;
  }

  const std::vector<SteppedChannel>& channels_;
  const Rational& first_;
  Rational unit_;
  CommonSteps result_;
};

} // namespace

std::variant<CommonSteps, std::string> common_steps(const std::vector<SteppedChannel>& channels, const Rational& first,
                                                    const Rational& last) {
  assert(!channels.empty() && first < last);
  return Axis(channels, first, last).run();
}

} // namespace tilewright
