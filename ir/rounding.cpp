#include "ir/rounding.h"

#include <array>
#include <cassert>
#include <cmath>

namespace tilewright {

namespace {

constexpr std::array<std::string_view, 10> names{"half_even",   "half_odd",      "half_away", "half_toward_zero",
                                                 "half_up",     "half_down",     "floor",     "ceil",
                                                 "toward_zero", "away_from_zero"};

// Whether a value strictly between two integers goes to the upper one. `versus_half` compares its fraction with 1/2.
bool rounds_up(Rounding rounding, int versus_half, bool lower_is_even, bool negative) {
  switch (rounding) {
  case Rounding::floor:
    return false;
  case Rounding::ceil:
    return true;
  case Rounding::toward_zero:
    return negative;
  case Rounding::away_from_zero:
    return !negative;
  default:
    break;
  }
  if (versus_half != 0) return versus_half > 0;
  switch (rounding) {
  case Rounding::half_even:
    return !lower_is_even;
  case Rounding::half_odd:
    return lower_is_even;
  case Rounding::half_away:
    return !negative;
  case Rounding::half_toward_zero:
    return negative;
  case Rounding::half_up:
    return true;
  default:
    return false; // half_down
  }
}

} // namespace

std::string_view name_of(Rounding rounding) { return names[static_cast<std::size_t>(rounding)]; }

std::optional<Rounding> rounding_named(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<Rounding>(i);
  }
  return std::nullopt;
}

Rational round(const Rational& value, Rounding rounding) {
  if (value.is_integer()) return value;
  const Rational lower = value.floor();
  const Rational fraction = value - lower;
  const bool lower_is_even = (lower / Rational(2)).is_integer();
  const int versus_half = fraction.compare(Rational(1, 2));
  return rounds_up(rounding, versus_half, lower_is_even, value.sign() < 0) ? lower + Rational(1) : lower;
}

__int128 round_shift(__int128 value, int shift, Rounding rounding) {
  assert(shift >= 0 && shift <= 126);
  const __int128 lower = value >> shift;
  const __int128 fraction = value - (lower << shift);
  if (fraction == 0) return lower;
  const __int128 half = static_cast<__int128>(1) << (shift - 1);
  const int versus_half = fraction > half ? 1 : fraction < half ? -1 : 0;
  return lower + (rounds_up(rounding, versus_half, (lower & 1) == 0, value < 0) ? 1 : 0);
}

__int128 round_divide(__int128 numerator, __int128 denominator, Rounding rounding) {
  assert(denominator > 0);
  __int128 lower = numerator / denominator;
  __int128 remainder = numerator % denominator;
  if (remainder == 0) return lower;
  if (remainder < 0) {
    --lower;
    remainder += denominator;
  }
  const __int128 rest = denominator - remainder;
  const int versus_half = remainder > rest ? 1 : remainder < rest ? -1 : 0;
  return lower + (rounds_up(rounding, versus_half, (lower & 1) == 0, numerator < 0) ? 1 : 0);
}

double round(double value, Rounding rounding) {
  const double lower = std::floor(value);
  const double fraction = value - lower; // exact: both are multiples of value's last place
  if (fraction == 0 || std::isnan(fraction)) return value;
  const int versus_half = fraction > 0.5 ? 1 : fraction < 0.5 ? -1 : 0;
  return rounds_up(rounding, versus_half, std::fmod(lower, 2.0) == 0, value < 0) ? lower + 1 : lower;
}

Rounding mirrored(Rounding rounding) {
  switch (rounding) {
  case Rounding::half_up:
    return Rounding::half_down;
  case Rounding::half_down:
    return Rounding::half_up;
  case Rounding::floor:
    return Rounding::ceil;
  case Rounding::ceil:
    return Rounding::floor;
  default:
    return rounding;
  }
}

} // namespace tilewright
