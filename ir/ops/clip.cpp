#include "ir/ops/clip.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

// The integers within the bounds and the operand's own limits; empty (min > max) when there is none.
IntegerRange integer_bounds(const ClipAttributes& attributes, const IntegerRange& limits) {
  IntegerRange bounds = limits;
  // A bound outside int64 is no bound on one side, and lets nothing through on the other.
  if (attributes.low) {
    const std::optional<std::int64_t> low = attributes.low->ceil().to_int64();
    bounds.min = low ? std::max(limits.min, *low) : attributes.low->sign() < 0 ? limits.min : limits.max;
  }
  if (attributes.high) {
    const std::optional<std::int64_t> high = attributes.high->floor().to_int64();
    bounds.max = high ? std::min(limits.max, *high) : attributes.high->sign() > 0 ? limits.max : limits.min;
  }
  return bounds;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<ClipAttributes>();
  const ValueType& x = context.operands[0];
  if (x.element == ElementType::boolean) return OpError{"clip takes numbers", "integers or reals", "bool", "", 0};
  if (attributes.low && attributes.high && *attributes.low > *attributes.high) {
    return OpError{"the lower bound is above the upper one",
                   "low <= high",
                   attributes.low->text() + " and " + attributes.high->text(),
                   "",
                   {}};
  }
  ValueType result = x;
  if (is_integer(x.element)) {
    const IntegerRange storage = storage_range(x.element);
    const IntegerRange bounds = integer_bounds(attributes, storage);
    if (bounds.min > bounds.max || (attributes.low && attributes.low->ceil() > Rational(storage.max)) ||
        (attributes.high && attributes.high->floor() < Rational(storage.min))) {
      return OpError{"no integer of the operand's type lies between the bounds", "bounds that hold an integer",
                     std::string(name_of(x.element)), "", 0};
    }
    const IntegerRange range = range_of(x);
    result.range =
        IntegerRange{std::clamp(range.min, bounds.min, bounds.max), std::clamp(range.max, bounds.min, bounds.max)};
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<ClipAttributes>();
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), x.shape());
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    std::optional<T> low;
    std::optional<T> high;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      const IntegerRange bounds = integer_bounds(attributes, storage_range(x.element()));
      low = static_cast<T>(bounds.min);
      high = static_cast<T>(bounds.max);
    } else {
      if (attributes.low) low = static_cast<T>(attributes.low->to_double());
      if (attributes.high) high = static_cast<T>(attributes.high->to_double());
    }
    std::ranges::transform(values, result.mutable_data<T>().begin(), [&](T v) {
      if (low && v < *low) return *low;
      return high && v > *high ? *high : v;
    });
  });
  return {std::move(result)};
}

TraceResult trace(const TraceContext& context) {
  const auto& attributes = context.graph.node(context.node).attributes.as<ClipAttributes>();
  return bounded(context.operands[0], attributes.low, attributes.high);
}

Enclosure enclose(const Attributes& attributes, std::span<const Enclosure> x, int) {
  const auto& a = attributes.as<ClipAttributes>();
  return clamped(x[0], a.low, a.high);
}

} // namespace

void register_clip(OpRegistry& registry) {
  OpDefinition op;
  op.name = "clip";
  op.summary = "every element between two bounds";
  op.traits.pointwise = true;
  op.traits.increasing = true;
  op.default_attributes = Attributes::of(ClipAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  op.enclose = enclose;
  registry.add(std::move(op));
}

} // namespace tilewright
