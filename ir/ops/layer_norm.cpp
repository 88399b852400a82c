#include "ir/ops/layer_norm.h"

#include "ir/lines.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <cmath>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  if (auto error = check_real_with_axis(x, context.attributes.as<LayerNormAttributes>().axis)) return error;
  results = {x};
  return std::nullopt;
}

// In double precision, rounded once.
std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<LayerNormAttributes>();
  const Tensor& x = *context.operands[0];
  std::size_t size = 1;
  for (auto axis = static_cast<std::size_t>(attributes.axis); axis < x.shape().size(); ++axis)
    size *= static_cast<std::size_t>(x.shape()[axis]);
  const double epsilon = attributes.epsilon.to_double();
  Tensor result(x.element(), x.shape());
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    if constexpr (std::is_floating_point_v<T>) {
      const std::span<T> to = result.mutable_data<T>();
      for (std::size_t first = 0; first < values.size(); first += size) {
        double mean = 0;
        for (std::size_t i = first; i < first + size; ++i)
          mean += static_cast<double>(values[i]) / static_cast<double>(size);
        double variance = 0;
        for (std::size_t i = first; i < first + size; ++i) {
          const double difference = static_cast<double>(values[i]) - mean;
          variance += difference * difference / static_cast<double>(size);
        }
        for (std::size_t i = first; i < first + size; ++i)
          to[i] = static_cast<T>((static_cast<double>(values[i]) - mean) / std::sqrt(variance + epsilon));
      }
    }
  });
  return {std::move(result)};
}

} // namespace

void register_layer_norm(OpRegistry& registry) {
  OpDefinition op;
  op.name = "layer_norm";
  op.summary = "(x - mean) / sqrt(variance + epsilon) over the trailing axes";
  op.default_attributes = Attributes::of(LayerNormAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
