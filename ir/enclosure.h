// A real number that is known exactly, or between two rationals: what decides how an exact function rounds.
//
// Arithmetic is that of intervals. What float arithmetic answers with an infinity or NaN (1 / 0, log of a negative
// number) is that; from there on it goes as IEEE 754 says.
#pragma once

#include "ir/rational.h"

#include <optional>

namespace tilewright {

struct Enclosure {
  Rational low; // low <= the number <= high
  Rational high;
  std::optional<double> special; // an infinity or NaN; the bounds then mean nothing

  Enclosure(Rational value = {}) : low(value), high(std::move(value)) {} // NOLINT: an exact number is one
  Enclosure(Rational least, Rational greatest) : low(std::move(least)), high(std::move(greatest)) {}

  bool exact() const { return !special && low == high; }
};

// Not finite, or a double exactly.
Enclosure enclosure_of(double value);
// A double near it, or what it is instead of a number.
double approximation_of(const Enclosure& x);
// Between the least and the greatest of both.
Enclosure hull(const Enclosure& a, const Enclosure& b);

Enclosure operator+(const Enclosure& a, const Enclosure& b);
Enclosure operator-(const Enclosure& a, const Enclosure& b);
Enclosure operator*(const Enclosure& a, const Enclosure& b);
// Where the divisor may be 0 or not, nothing is known: a very wide enclosure.
Enclosure operator/(const Enclosure& a, const Enclosure& b);
Enclosure clamped(const Enclosure& x, const std::optional<Rational>& low, const std::optional<Rational>& high);

// Elementary functions, by MPFR, with `precision` bits. e^x above e^10000 counts as infinite and below e^-10000 as 0:
// both are far outside of what float32 holds.
Enclosure exp_of(const Enclosure& x, int precision);
Enclosure expm1_of(const Enclosure& x, int precision);
Enclosure log_of(const Enclosure& x, int precision);
Enclosure log1p_of(const Enclosure& x, int precision);
Enclosure sqrt_of(const Enclosure& x, int precision);
Enclosure tanh_of(const Enclosure& x, int precision);
Enclosure erf_of(const Enclosure& x, int precision);
Enclosure sin_of(const Enclosure& x, int precision);
Enclosure cos_of(const Enclosure& x, int precision);
// An integral exponent of a magnitude up to 64 gives an exact power of an exact number.
Enclosure pow_of(const Enclosure& x, const Rational& exponent, int precision);
Enclosure pi_enclosure(int precision);

} // namespace tilewright
