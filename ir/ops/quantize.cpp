#include "ir/ops/quantize.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <algorithm>
#include <cmath>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<QuantizeAttributes>();
  const ValueType& x = context.operands[0];
  if (x.element != ElementType::float32 && x.element != ElementType::float64) {
    return OpError{"quantize takes real numbers", "f32 or f64", std::string(name_of(x.element)), "", 0};
  }
  if (auto error = check_quantization(attributes.scale, attributes.zero_point, attributes.axis, x.shape, true))
    return error;
  if (auto error = check_storage(attributes.element, attributes.range)) return error;
  results = {{attributes.element, x.shape, quantization_of(attributes.scale, attributes.zero_point, attributes.axis),
              attributes.range}};
  return std::nullopt;
}

// T is the operand's type: the division and, where it comes before the rounding, the addition of the zero point round
// in it. A value that is not a number becomes the zero point, as zero would.
template <class T> std::int64_t quantized(T x, T scale, std::int64_t zero_point, const QuantizeAttributes& attributes) {
  const T ratio = x / scale;
  double rounded = 0;
  if (std::isnan(ratio)) {
    rounded = static_cast<double>(zero_point);
  } else if (attributes.round_after_zero_point) {
    rounded = round(static_cast<double>(static_cast<T>(ratio + static_cast<T>(zero_point))), attributes.rounding);
  } else {
    rounded = round(static_cast<double>(ratio), attributes.rounding) + static_cast<double>(zero_point);
  }
  // Compared as doubles first: the conversion of a large double to an integer is undefined.
  if (rounded <= static_cast<double>(attributes.range.min)) return attributes.range.min;
  if (rounded >= static_cast<double>(attributes.range.max)) return attributes.range.max;
  return static_cast<std::int64_t>(rounded);
}

template <class T> std::vector<Tensor> evaluate_as(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<QuantizeAttributes>();
  const Tensor& x = *context.operands[0];
  const Quantization quantization = quantization_of(attributes.scale, attributes.zero_point, attributes.axis);
  std::vector<T> scales;
  for (const Rational& scale : attributes.scale)
    scales.push_back(static_cast<T>(scale.to_double()));
  std::vector<std::int64_t> stored(static_cast<std::size_t>(x.count()));
  const std::span<const T> values = x.data<T>();
  for_each_element(channel_layout(x.shape(), quantization.axis), [&](std::size_t i, std::size_t channel) {
    stored[i] = quantized(values[i], scales[channel], attributes.zero_point[channel], attributes);
  });
  return {from_int64(attributes.element, x.shape(), stored)};
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return context.operands[0]->element() == ElementType::float64 ? evaluate_as<double>(context)
                                                                : evaluate_as<float>(context);
}

} // namespace

void register_quantize(OpRegistry& registry) {
  OpDefinition op;
  op.name = "quantize";
  op.summary = "real numbers to integers: divided by a scale, rounded once, saturated once";
  op.traits.pointwise = true;
  op.traits.quantizer = true;
  op.default_attributes = Attributes::of(QuantizeAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
