#include "ir/ops/dequantize.h"

#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/quantization_checks.h"

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<DequantizeAttributes>();
  const ValueType& x = context.operands[0];
  if (!is_integer(x.element)) {
    return OpError{"dequantize takes integers", "an integer type", std::string(name_of(x.element)), "", 0};
  }
  if (auto error = check_quantization(attributes.scale, attributes.zero_point, attributes.axis, x.shape, false))
    return error;
  results = {{ElementType::float32, x.shape, {}, {}}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<DequantizeAttributes>();
  const Tensor& x = *context.operands[0];
  const Quantization quantization = quantization_of(attributes.scale, attributes.zero_point, attributes.axis);
  std::vector<double> scales;
  for (const Rational& scale : attributes.scale)
    scales.push_back(scale.to_double());
  Tensor result(ElementType::float32, x.shape());
  const std::span<float> real = result.mutable_data<float>();
  visit_elements(x, [&](auto stored) {
    for_each_element(channel_layout(x.shape(), quantization.axis), [&](std::size_t i, std::size_t channel) {
      // In 128 bits: int64 operands minus their zero point.
      const auto steps = static_cast<double>(static_cast<__int128>(stored[i]) - attributes.zero_point[channel]);
      real[i] = static_cast<float>(scales[channel] * steps);
    });
  });
  return {std::move(result)};
}

TraceResult trace(const TraceContext& context) {
  const Node& node = context.graph.node(context.node);
  const auto& attributes = node.attributes.as<DequantizeAttributes>();
  AffineForm form;
  form.source = node.operands[0];
  for (std::size_t i = 0; i < attributes.scale.size(); ++i) {
    form.ratio.push_back(attributes.scale[i]);
    form.offset.push_back(attributes.scale[i] * Rational(-attributes.zero_point[i]));
  }
  if (attributes.scale.size() > 1) form.axis = static_cast<std::size_t>(*attributes.axis);
  return {std::move(form), {}, {}};
}

} // namespace

void register_dequantize(OpRegistry& registry) {
  OpDefinition op;
  op.name = "dequantize";
  op.summary = "integers to real numbers: scale * (stored - zero_point)";
  op.traits.pointwise = true;
  op.traits.dequantizer = true;
  op.default_attributes = Attributes::of(DequantizeAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
