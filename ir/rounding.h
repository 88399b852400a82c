// Rounding modes, and rounding itself. The IR names what a model means; a backend maps the names to its hardware.
#pragma once

#include "ir/rational.h"

#include <optional>
#include <string_view>

namespace tilewright {

enum class Rounding {
  half_even,        // nearest, ties to even
  half_odd,         // nearest, ties to odd
  half_away,        // nearest, ties away from zero
  half_toward_zero, // nearest, ties toward zero
  half_up,          // nearest, ties to +infinity
  half_down,        // nearest, ties to -infinity
  floor,            // to -infinity
  ceil,             // to +infinity
  toward_zero,
  away_from_zero,
};

std::string_view name_of(Rounding rounding); // the enumerator's spelling
std::optional<Rounding> rounding_named(std::string_view name);

// `value` rounded to an integer, exactly.
Rational round(const Rational& value, Rounding rounding);

// value / 2^shift rounded to an integer, exactly. 0 <= shift <= 126 and |value| < 2^126.
__int128 round_shift(__int128 value, int shift, Rounding rounding);

// numerator / denominator rounded to an integer, exactly. denominator > 0, and both magnitudes are below 2^126.
__int128 round_divide(__int128 numerator, __int128 denominator, Rounding rounding);

// `value` rounded as float arithmetic would: exact for every double whose result is an integer.
double round(double value, Rounding rounding);

// The mode under which round(x) = -rounding(-x); symmetric modes are their own mirror.
Rounding mirrored(Rounding rounding);

} // namespace tilewright
