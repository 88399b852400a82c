// Exact rational numbers: the arithmetic in which scales, biases and rounding boundaries are decided.
//
// A value is always in lowest terms with a positive denominator. Every finite float32 and float64 is a rational, so
// `Rational::from_double` is exact. Division by zero is a programming error and asserts.
#pragma once

#include <cstdint>
#include <gmp.h>
#include <optional>
#include <string>
#include <string_view>

namespace tilewright {

class Rational {
public:
  Rational();
  Rational(std::int64_t value); // NOLINT: integers are rationals
  Rational(std::int64_t numerator, std::int64_t denominator);
  Rational(const Rational& other);
  Rational(Rational&& other) noexcept;
  Rational& operator=(const Rational& other);
  Rational& operator=(Rational&& other) noexcept;
  ~Rational();

  // Exact. `value` must be finite.
  static Rational from_double(double value);
  static Rational from_gmp(mpq_srcptr value); // in lowest terms
  // 2^exponent, negative exponents included.
  static Rational power_of_two(int exponent);
  // Reads what `text()` writes: "n" or "n/d" in decimal.
  static std::optional<Rational> parse(std::string_view text);

  Rational& operator+=(const Rational& other);
  Rational& operator-=(const Rational& other);
  Rational& operator*=(const Rational& other);
  Rational& operator/=(const Rational& other);
  friend Rational operator+(Rational a, const Rational& b) { return a += b; }
  friend Rational operator-(Rational a, const Rational& b) { return a -= b; }
  friend Rational operator*(Rational a, const Rational& b) { return a *= b; }
  friend Rational operator/(Rational a, const Rational& b) { return a /= b; }
  Rational operator-() const;

  int compare(const Rational& other) const;
  friend bool operator==(const Rational& a, const Rational& b) { return a.compare(b) == 0; }
  friend auto operator<=>(const Rational& a, const Rational& b) { return a.compare(b) <=> 0; }

  int sign() const;
  bool is_integer() const;
  Rational floor() const;
  Rational ceil() const;
  Rational abs() const;
  Rational numerator() const;
  Rational denominator() const; // positive
  // The value as int64, if it is an integer that fits.
  std::optional<std::int64_t> to_int64() const;
  // The value as a 128-bit integer, if it is one of magnitude below 2^126.
  std::optional<__int128> to_int128() const;
  // k where the value is 2^k, if it is.
  std::optional<int> power_of_two_exponent() const;
  // Nearest double, halves to even.
  double to_double() const;
  // "n" or "n/d", decimal.
  std::string text() const;
  // For arithmetic that GMP's relatives do; valid as long as the value.
  mpq_srcptr gmp() const { return value_; }

private:
  mpq_t value_;
};

} // namespace tilewright
