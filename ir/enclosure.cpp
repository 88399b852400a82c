#include "ir/enclosure.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mpfr.h>

namespace tilewright {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t largest_exponent_of_e = 10000;
constexpr std::int64_t largest_exact_power = 64;

Enclosure unknown() { return {-Rational::power_of_two(1 << 14), Rational::power_of_two(1 << 14)}; }

// IEEE 754 where an operand is no number.
template <class Operation> Enclosure special_case(const Enclosure& a, const Enclosure& b, Operation operation) {
  return enclosure_of(operation(approximation_of(a), approximation_of(b)));
}

class Number {
public:
  explicit Number(int precision) { mpfr_init2(value_, precision); }
  Number(const Number&) = delete;
  Number& operator=(const Number&) = delete;
  ~Number() { mpfr_clear(value_); }
  mpfr_ptr get() { return value_; }
  Rational rational() {
    mpq_t exact;
    mpq_init(exact);
    mpfr_get_q(exact, value_);
    Rational result = Rational::from_gmp(exact);
    mpq_clear(exact);
    return result;
  }

private:
  mpfr_t value_;
};

using Function = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

// A rising function's value at `x`, rounded in `direction`.
Rational value_at(Function function, const Rational& x, int precision, mpfr_rnd_t direction) {
  Number number(precision);
  mpfr_set_q(number.get(), x.gmp(), direction);
  function(number.get(), number.get(), direction);
  return number.rational();
}

Enclosure rising(Function function, const Enclosure& x, int precision) {
  Rational low = value_at(function, x.low, precision, MPFR_RNDD);
  return {std::move(low), value_at(function, x.high, precision, MPFR_RNDU)};
}

// A function that changes by at most as much as its operand: its value in the middle, give and take.
Enclosure slow(Function function, const Enclosure& x, int precision) {
  Number number(precision);
  const Rational middle = (x.low + x.high) / Rational(2);
  mpfr_set_q(number.get(), middle.gmp(), MPFR_RNDN);
  const Rational at = number.rational();
  Rational low = value_at(function, at, precision, MPFR_RNDD);
  Rational high = value_at(function, at, precision, MPFR_RNDU);
  const Rational reach = std::max((at - x.low).abs(), (x.high - at).abs());
  return {low - reach, high + reach};
}

} // namespace

Enclosure enclosure_of(double value) {
  if (std::isfinite(value)) return Rational::from_double(value);
  Enclosure result;
  result.special = value;
  return result;
}

double approximation_of(const Enclosure& x) {
  return x.special ? *x.special : ((x.low + x.high) / Rational(2)).to_double();
}

Enclosure hull(const Enclosure& a, const Enclosure& b) {
  if (a.special) return a;
  if (b.special) return b;
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

Enclosure operator+(const Enclosure& a, const Enclosure& b) {
  if (a.special || b.special) return special_case(a, b, [](double x, double y) { return x + y; });
  return {a.low + b.low, a.high + b.high};
}

Enclosure operator-(const Enclosure& a, const Enclosure& b) {
  if (a.special || b.special) return special_case(a, b, [](double x, double y) { return x - y; });
  return {a.low - b.high, a.high - b.low};
}

Enclosure operator*(const Enclosure& a, const Enclosure& b) {
  if (a.special || b.special) return special_case(a, b, [](double x, double y) { return x * y; });
  if (a.exact() && b.exact()) return a.low * b.low;
  const Rational products[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
  return {*std::ranges::min_element(products), *std::ranges::max_element(products)};
}

Enclosure operator/(const Enclosure& a, const Enclosure& b) {
  if (a.special || b.special || (b.exact() && b.low.sign() == 0)) {
    return special_case(a, b, [](double x, double y) { return x / y; });
  }
  if (b.low.sign() <= 0 && b.high.sign() >= 0) return unknown();
  return a * Enclosure(Rational(1) / b.high, Rational(1) / b.low);
}

Enclosure clamped(const Enclosure& x, const std::optional<Rational>& low, const std::optional<Rational>& high) {
  if (x.special) {
    if (low && *x.special < 0) return *low; // NaN is neither and stays
    if (high && *x.special > 0) return *high;
    return x;
  }
  Enclosure result = x;
  for (Rational* end : {&result.low, &result.high}) {
    if (low && *end < *low) *end = *low;
    if (high && *end > *high) *end = *high;
  }
  return result;
}

Enclosure exp_of(const Enclosure& x, int precision) {
  if (x.special) return enclosure_of(std::exp(*x.special));
  const Rational limit(largest_exponent_of_e);
  if (x.low > limit) return enclosure_of(infinity);
  if (x.high < -limit) return Rational(0);
  return rising(mpfr_exp, clamped(x, -limit, limit), precision);
}

Enclosure expm1_of(const Enclosure& x, int precision) {
  if (x.special) return enclosure_of(std::expm1(*x.special));
  const Rational limit(largest_exponent_of_e);
  if (x.low > limit) return enclosure_of(infinity);
  if (x.high < -limit) return Rational(-1);
  return rising(mpfr_expm1, clamped(x, -limit, limit), precision);
}

Enclosure log_of(const Enclosure& x, int precision) {
  if (x.special || x.high.sign() < 0 || (x.exact() && x.low.sign() == 0)) {
    return enclosure_of(std::log(approximation_of(x)));
  }
  return x.low.sign() <= 0 ? unknown() : rising(mpfr_log, x, precision);
}

Enclosure log1p_of(const Enclosure& x, int precision) {
  return x.special || x.low <= Rational(-1) ? log_of(x + Rational(1), precision) : rising(mpfr_log1p, x, precision);
}

Enclosure sqrt_of(const Enclosure& x, int precision) {
  if (x.special || x.high.sign() < 0) return enclosure_of(std::sqrt(approximation_of(x)));
  if (x.low.sign() < 0) return unknown();
  // A rational's root is rational exactly if numerator and denominator, in lowest terms, are squares.
  if (x.exact() && mpz_perfect_square_p(mpq_numref(x.low.gmp())) && mpz_perfect_square_p(mpq_denref(x.low.gmp()))) {
    mpq_t root;
    mpq_init(root);
    mpz_sqrt(mpq_numref(root), mpq_numref(x.low.gmp()));
    mpz_sqrt(mpq_denref(root), mpq_denref(x.low.gmp()));
    Rational result = Rational::from_gmp(root);
    mpq_clear(root);
    return result;
  }
  return rising(mpfr_sqrt, x, precision);
}

Enclosure tanh_of(const Enclosure& x, int precision) {
  return x.special ? enclosure_of(std::tanh(*x.special)) : rising(mpfr_tanh, x, precision);
}

Enclosure erf_of(const Enclosure& x, int precision) {
  return x.special ? enclosure_of(std::erf(*x.special)) : rising(mpfr_erf, x, precision);
}

Enclosure sin_of(const Enclosure& x, int precision) {
  return x.special ? enclosure_of(nan) : slow(mpfr_sin, x, precision);
}

Enclosure cos_of(const Enclosure& x, int precision) {
  return x.special ? enclosure_of(nan) : slow(mpfr_cos, x, precision);
}

Enclosure pow_of(const Enclosure& x, const Rational& exponent, int precision) {
  if (x.special || (x.exact() && x.low.sign() == 0)) {
    return enclosure_of(std::pow(approximation_of(x), exponent.to_double()));
  }
  if (exponent.is_integer() && exponent.abs() <= Rational(largest_exact_power)) {
    Enclosure power = Rational(1);
    const std::int64_t count = *exponent.abs().to_int64();
    for (std::int64_t i = 0; i < count; ++i)
      power = power * x;
    // Without the interval's habit of giving x * x a sign.
    if (count % 2 == 0 && power.low.sign() < 0) power.low = Rational(0);
    return exponent.sign() < 0 ? Enclosure(Rational(1)) / power : power;
  }
  if (exponent == Rational(1, 2)) return sqrt_of(x, precision);
  if (x.high.sign() > 0) return exp_of(Enclosure(exponent) * log_of(x, precision), precision);
  if (!exponent.is_integer()) return enclosure_of(nan);
  const Enclosure power = pow_of(Enclosure() - x, exponent, precision);
  const bool even = (exponent / Rational(2)).is_integer();
  return even ? power : Enclosure() - power;
}

Enclosure pi_enclosure(int precision) {
  Number low(precision);
  Number high(precision);
  mpfr_const_pi(low.get(), MPFR_RNDD);
  mpfr_const_pi(high.get(), MPFR_RNDU);
  return {low.rational(), high.rational()};
}

} // namespace tilewright
