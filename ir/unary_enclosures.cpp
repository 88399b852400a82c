// The functions of ir/unary_functions.cpp in exact arithmetic: as ONNX defines the operators, not as floats compute
// them.
#include "ir/enclosure.h"
#include "ir/ops/unary.h"
#include "ir/rounding.h"

#include <algorithm>
#include <array>

namespace tilewright {

namespace {

Enclosure positive_part(const Enclosure& x) { return clamped(x, Rational(0), {}); }
Enclosure negative_part(const Enclosure& x) { return clamped(x, {}, Rational(0)); }

// A step function that never falls.
template <class Step> Enclosure stepped(const Enclosure& x, Step step) {
  return x.special ? x : Enclosure(step(x.low), step(x.high));
}

Enclosure rounded(const Enclosure& x, Rounding rounding) {
  return stepped(x, [&](const Rational& end) { return round(end, rounding); });
}

Enclosure absolute(const Enclosure& x) {
  if (x.special) return enclosure_of(*x.special < 0 ? -*x.special : *x.special);
  if (x.low.sign() >= 0) return x;
  if (x.high.sign() <= 0) return Enclosure() - x;
  return {Rational(0), std::max(x.low.abs(), x.high)};
}

Enclosure gelu(const Enclosure& x, int precision) {
  const Enclosure root = sqrt_of(Rational(2), precision);
  return x * (Rational(1) + erf_of(x / root, precision)) * Rational(1, 2);
}

Enclosure gelu_by_tanh(const Enclosure& x, int precision) {
  const Enclosure root = sqrt_of(Rational(2) / pi_enclosure(precision), precision);
  const Enclosure inner = root * (x + Rational(44715, 1000000) * x * x * x);
  return x * (Rational(1) + tanh_of(inner, precision)) * Rational(1, 2);
}

Enclosure sigmoid(const Enclosure& x, int precision) {
  return Rational(1) / (Rational(1) + exp_of(Enclosure() - x, precision));
}

Enclosure softplus(const Enclosure& x, int precision) {
  return positive_part(x) + log1p_of(exp_of(Enclosure() - absolute(x), precision), precision);
}

Enclosure hard_sigmoid(const Enclosure& x, const Rational& alpha, const Rational& beta) {
  return clamped(alpha * x + beta, Rational(0), Rational(1));
}

Enclosure elu(const Enclosure& x, const Rational& alpha, int precision) {
  return positive_part(x) + alpha * expm1_of(negative_part(x), precision);
}

Enclosure thresholded_relu(const Enclosure& x, const Rational& alpha) {
  if (x.special || x.low > alpha) return x;
  return x.high <= alpha ? Enclosure() : hull(x, Enclosure());
}

using X = const Enclosure&;
using A = const Rational&;

struct Entry {
  std::string_view name;
  UnaryEnclosure function;
};

constexpr std::array entries{
    Entry{"abs", [](X x, A, A, int) { return absolute(x); }},
    Entry{"ceil", [](X x, A, A, int) { return rounded(x, Rounding::ceil); }},
    Entry{"cos", [](X x, A, A, int p) { return cos_of(x, p); }},
    Entry{"elu", [](X x, A alpha, A, int p) { return elu(x, alpha, p); }},
    Entry{"erf", [](X x, A, A, int p) { return erf_of(x, p); }},
    Entry{"exp", [](X x, A, A, int p) { return exp_of(x, p); }},
    Entry{"floor", [](X x, A, A, int) { return rounded(x, Rounding::floor); }},
    Entry{"gelu", [](X x, A, A, int p) { return gelu(x, p); }},
    Entry{"gelu_tanh", [](X x, A, A, int p) { return gelu_by_tanh(x, p); }},
    Entry{"hard_sigmoid", [](X x, A alpha, A beta, int) { return hard_sigmoid(x, alpha, beta); }},
    Entry{"hard_swish", [](X x, A, A, int) { return x * hard_sigmoid(x, Rational(1, 6), Rational(1, 2)); }},
    Entry{"log", [](X x, A, A, int p) { return log_of(x, p); }},
    Entry{"mish", [](X x, A, A, int p) { return x * tanh_of(softplus(x, p), p); }},
    Entry{"pow", [](X x, A alpha, A, int p) { return pow_of(x, alpha, p); }},
    Entry{"reciprocal", [](X x, A, A, int) { return Rational(1) / x; }},
    Entry{"round", [](X x, A, A, int) { return rounded(x, Rounding::half_even); }},
    Entry{"selu", [](X x, A alpha, A gamma, int p) { return gamma * elu(x, alpha, p); }},
    Entry{"sigmoid", [](X x, A, A, int p) { return sigmoid(x, p); }},
    Entry{"sign", [](X x, A, A, int) { return stepped(x, [](A end) { return Rational(end.sign()); }); }},
    Entry{"sin", [](X x, A, A, int p) { return sin_of(x, p); }},
    Entry{"softplus", [](X x, A, A, int p) { return softplus(x, p); }},
    Entry{"softsign", [](X x, A, A, int) { return x / (Rational(1) + absolute(x)); }},
    Entry{"sqrt", [](X x, A, A, int p) { return sqrt_of(x, p); }},
    Entry{"tanh", [](X x, A, A, int p) { return tanh_of(x, p); }},
    Entry{"thresholded_relu", [](X x, A alpha, A, int) { return thresholded_relu(x, alpha); }},
};

} // namespace

UnaryEnclosure unary_enclosure(std::string_view name) {
  const auto* found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : found->function;
}

} // namespace tilewright
