// As ONNX defines the operators of the same names.
#include "ir/ops/unary.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace tilewright {

namespace {

double gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::numbers::sqrt2)); }
double gelu_by_tanh(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
// log(1 + e^x) without leaving the range of doubles.
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double hard_sigmoid(double x, double alpha, double beta) { return std::clamp(alpha * x + beta, 0.0, 1.0); }

struct Entry {
  std::string_view name;
  UnaryFunction function;
};

constexpr std::array entries{
    Entry{"abs", [](double x, double, double) { return std::abs(x); }},
    Entry{"ceil", [](double x, double, double) { return std::ceil(x); }},
    Entry{"cos", [](double x, double, double) { return std::cos(x); }},
    Entry{"elu", [](double x, double alpha, double) { return x < 0 ? alpha * std::expm1(x) : x; }},
    Entry{"erf", [](double x, double, double) { return std::erf(x); }},
    Entry{"exp", [](double x, double, double) { return std::exp(x); }},
    Entry{"floor", [](double x, double, double) { return std::floor(x); }},
    Entry{"gelu", [](double x, double, double) { return gelu(x); }},
    Entry{"gelu_tanh", [](double x, double, double) { return gelu_by_tanh(x); }},
    Entry{"hard_sigmoid", [](double x, double alpha, double beta) { return hard_sigmoid(x, alpha, beta); }},
    Entry{"hard_swish", [](double x, double, double) { return x * hard_sigmoid(x, 1.0 / 6, 0.5); }},
    Entry{"log", [](double x, double, double) { return std::log(x); }},
    Entry{"mish", [](double x, double, double) { return x * std::tanh(softplus(x)); }},
    Entry{"pow", [](double x, double alpha, double) { return std::pow(x, alpha); }},
    Entry{"reciprocal", [](double x, double, double) { return 1 / x; }},
    Entry{"round", [](double x, double, double) { return std::nearbyint(x); }},
    Entry{"selu", [](double x, double alpha, double gamma) { return gamma * (x < 0 ? alpha * std::expm1(x) : x); }},
    Entry{"sigmoid", [](double x, double, double) { return sigmoid(x); }},
    Entry{"sign", [](double x, double, double) { return x > 0   ? 1.0
                                                        : x < 0 ? -1.0
                                                                : 0.0; }},
    Entry{"sin", [](double x, double, double) { return std::sin(x); }},
    Entry{"softplus", [](double x, double, double) { return softplus(x); }},
    Entry{"softsign", [](double x, double, double) { return x / (1 + std::abs(x)); }},
    Entry{"sqrt", [](double x, double, double) { return std::sqrt(x); }},
    Entry{"tanh", [](double x, double, double) { return std::tanh(x); }},
    Entry{"thresholded_relu", [](double x, double alpha, double) { return x > alpha ? x : 0.0; }},
};

} // namespace

UnaryFunction unary_function(std::string_view name) {
  const auto* found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : found->function;
}

std::vector<std::string_view> unary_function_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : entries)
    names.push_back(entry.name);
  return names;
}

} // namespace tilewright
