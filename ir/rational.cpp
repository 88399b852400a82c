#include "ir/rational.h"

#include <cassert>
#include <cmath>
#include <limits>

namespace tilewright {

namespace {

// GMP's `long` interface is 64 bits wide on every platform that Debian 12 offers with a 64-bit word.
static_assert(sizeof(long) == sizeof(std::int64_t));

} // namespace

Rational::Rational() { mpq_init(value_); }

Rational::Rational(std::int64_t value) : Rational() { mpq_set_si(value_, value, 1); }

Rational::Rational(std::int64_t numerator, std::int64_t denominator) : Rational() {
  assert(denominator != 0);
  mpz_set_si(mpq_numref(value_), numerator);
  mpz_set_si(mpq_denref(value_), denominator);
  mpq_canonicalize(value_);
}

Rational::Rational(const Rational& other) : Rational() { mpq_set(value_, other.value_); }

Rational::Rational(Rational&& other) noexcept : Rational() { mpq_swap(value_, other.value_); }

Rational& Rational::operator=(const Rational& other) {
  if (this != &other) mpq_set(value_, other.value_);
  return *this;
}

Rational& Rational::operator=(Rational&& other) noexcept {
  mpq_swap(value_, other.value_);
  return *this;
}

Rational::~Rational() { mpq_clear(value_); }

Rational Rational::from_double(double value) {
  assert(std::isfinite(value));
  Rational result;
  mpq_set_d(result.value_, value);
  return result;
}

Rational Rational::from_gmp(mpq_srcptr value) {
  Rational result;
  mpq_set(result.value_, value);
  return result;
}

Rational Rational::power_of_two(int exponent) {
  Rational result(1);
  if (exponent >= 0) {
    mpq_mul_2exp(result.value_, result.value_, static_cast<mp_bitcnt_t>(exponent));
  } else {
    mpq_div_2exp(result.value_, result.value_, static_cast<mp_bitcnt_t>(-static_cast<std::int64_t>(exponent)));
  }
  return result;
}

std::optional<Rational> Rational::parse(std::string_view text) {
  constexpr std::size_t longest = 4096; // far above what float32 products need; bounds hostile text
  if (text.empty() || text.size() > longest) return std::nullopt;
  bool digits = false;
  bool slash = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c >= '0' && c <= '9') {
      digits = true;
    } else if (c == '/' && digits && !slash) {
      slash = true;
      digits = false;
    } else if (!(c == '-' && i == 0)) {
      return std::nullopt;
    }
  }
  if (!digits) return std::nullopt;
  Rational result;
  if (mpq_set_str(result.value_, std::string(text).c_str(), 10) != 0) return std::nullopt;
  if (mpz_sgn(mpq_denref(result.value_)) == 0) return std::nullopt;
  mpq_canonicalize(result.value_);
  return result;
}

Rational& Rational::operator+=(const Rational& other) {
  mpq_add(value_, value_, other.value_);
  return *this;
}

Rational& Rational::operator-=(const Rational& other) {
  mpq_sub(value_, value_, other.value_);
  return *this;
}

Rational& Rational::operator*=(const Rational& other) {
  mpq_mul(value_, value_, other.value_);
  return *this;
}

Rational& Rational::operator/=(const Rational& other) {
  assert(other.sign() != 0);
  mpq_div(value_, value_, other.value_);
  return *this;
}

Rational Rational::operator-() const {
  Rational result;
  mpq_neg(result.value_, value_);
  return result;
}

int Rational::compare(const Rational& other) const { return mpq_cmp(value_, other.value_); }

int Rational::sign() const { return mpq_sgn(value_); }

bool Rational::is_integer() const { return mpz_cmp_ui(mpq_denref(value_), 1) == 0; }

Rational Rational::floor() const {
  Rational result;
  mpz_fdiv_q(mpq_numref(result.value_), mpq_numref(value_), mpq_denref(value_));
  return result;
}

Rational Rational::ceil() const {
  Rational result;
  mpz_cdiv_q(mpq_numref(result.value_), mpq_numref(value_), mpq_denref(value_));
  return result;
}

Rational Rational::abs() const { return sign() < 0 ? -*this : *this; }

std::optional<std::int64_t> Rational::to_int64() const {
  if (!is_integer() || !mpz_fits_slong_p(mpq_numref(value_))) return std::nullopt;
  return mpz_get_si(mpq_numref(value_));
}

Rational Rational::numerator() const {
  Rational result;
  mpz_set(mpq_numref(result.value_), mpq_numref(value_));
  return result;
}

Rational Rational::denominator() const {
  Rational result;
  mpz_set(mpq_numref(result.value_), mpq_denref(value_));
  return result;
}

std::optional<__int128> Rational::to_int128() const {
  if (!is_integer() || mpz_sizeinbase(mpq_numref(value_), 2) > 126) return std::nullopt;
  std::uint64_t words[2] = {0, 0};
  mpz_export(words, nullptr, -1, sizeof(std::uint64_t), 0, 0, mpq_numref(value_)); // the magnitude, lowest word first
  const auto magnitude = static_cast<__int128>(static_cast<unsigned __int128>(words[1]) << 64 | words[0]);
  return sign() < 0 ? -magnitude : magnitude;
}

std::optional<int> Rational::power_of_two_exponent() const {
  if (sign() <= 0) return std::nullopt;
  const auto single_bit = [](mpz_srcptr z) { return mpz_popcount(z) == 1; };
  if (!single_bit(mpq_numref(value_)) || !single_bit(mpq_denref(value_))) return std::nullopt;
  const auto exponent = [](mpz_srcptr z) { return static_cast<int>(mpz_scan1(z, 0)); };
  return exponent(mpq_numref(value_)) - exponent(mpq_denref(value_));
}

double Rational::to_double() const {
  // mpq_get_d truncates; choose between it and its neighbour away from zero, halves to even.
  const double truncated = mpq_get_d(value_);
  if (!std::isfinite(truncated)) return truncated;
  const Rational low = from_double(truncated);
  if (low == *this) return truncated;
  const double away = std::nextafter(truncated, sign() > 0 ? HUGE_VAL : -HUGE_VAL);
  if (!std::isfinite(away)) return truncated;
  const Rational to_low = (*this - low).abs();
  const Rational to_high = (from_double(away) - *this).abs();
  if (to_low != to_high) return to_low < to_high ? truncated : away;
  std::int64_t bits = 0;
  static_assert(sizeof bits == sizeof truncated);
  __builtin_memcpy(&bits, &truncated, sizeof bits);
  return (bits & 1) == 0 ? truncated : away;
}

std::string Rational::text() const {
  char* raw = mpq_get_str(nullptr, 10, value_);
  std::string result(raw);
  void (*release)(void*, std::size_t) = nullptr;
  mp_get_memory_functions(nullptr, nullptr, &release);
  release(raw, result.size() + 1);
  return result;
}

} // namespace tilewright
