#include "passes/pass_common_scale.h"

#include "ir/graph.h"

#include <algorithm>

namespace tilewright {

namespace {

constexpr IntegerRange widest{-(1 << 15), (1 << 15) - 1};

// The largest number of which both are multiples; both positive.
Rational greatest_common_divisor(Rational a, Rational b) {
  while (b.sign() != 0) {
    Rational rest = a - (a / b).floor() * b;
    a = std::move(b);
    b = std::move(rest);
  }
  return a;
}

TraceResult no_common_scale() {
  return no_form("the operands have different scales, of which no 16-bit integers are common multiples",
                 "put a quantizer behind the operation, or give the operands one scale");
}

} // namespace

std::variant<std::vector<RescaleAttributes>, TraceResult> steps_to_common_scale(const Graph& graph,
                                                                                std::span<const AffineForm> forms) {
  Rational scale(0);
  for (const AffineForm& form : forms) {
    if (form.ratio[0].sign() == 0) return no_common_scale();
    scale = greatest_common_divisor(form.ratio[0].abs(), scale);
  }
  std::vector<RescaleAttributes> steps;
  IntegerRange common{0, 0};
  for (const AffineForm& form : forms) {
    const auto factor = (form.ratio[0] / scale).to_int64();
    const auto offset = (form.offset[0] / scale).to_int64();
    if (!factor || !offset) return no_common_scale();
    const IntegerRange range = range_of(graph.type(*form.source));
    const auto moved = [&](std::int64_t value) { return Rational(value) * Rational(*factor) + Rational(*offset); };
    const auto [low, high] = std::minmax({moved(range.min), moved(range.max)});
    if (low < Rational(widest.min) || high > Rational(widest.max)) return no_common_scale();
    RescaleAttributes step;
    step.ratio = {Rational(*factor)};
    step.offset = {Rational(*offset)};
    step.range = {*low.to_int64(), *high.to_int64()};
    step.scale = {scale};
    common = {std::min(common.min, step.range.min), std::max(common.max, step.range.max)};
    steps.push_back(std::move(step));
  }
  for (RescaleAttributes& step : steps)
    step.element = narrowest_element(common);
  return steps;
}

} // namespace tilewright
