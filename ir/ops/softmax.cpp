#include "ir/ops/softmax.h"

#include "ir/lines.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  if (auto error = check_real_with_axis(x, context.attributes.as<SoftmaxAttributes>().axis)) return error;
  results = {x};
  return std::nullopt;
}

// In double precision, rounded once. The line's maximum goes off first, so that no exponential overflows.
std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<SoftmaxAttributes>();
  const Tensor& x = *context.operands[0];
  const auto axis = static_cast<std::size_t>(attributes.axis);
  const auto size = static_cast<std::size_t>(x.shape()[axis]);
  Tensor result(x.element(), x.shape());
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    if constexpr (std::is_floating_point_v<T>) {
      const std::span<T> to = result.mutable_data<T>();
      for_each_line(x.shape(), axis, [&](std::size_t first, std::size_t step) {
        double largest = -std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < size; ++i)
          largest = std::max(largest, static_cast<double>(values[first + i * step]));
        double sum = 0;
        for (std::size_t i = 0; i < size; ++i)
          sum += std::exp(static_cast<double>(values[first + i * step]) - largest);
        for (std::size_t i = 0; i < size; ++i) {
          const double shifted = static_cast<double>(values[first + i * step]) - largest;
          to[first + i * step] =
              static_cast<T>(attributes.logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum);
        }
      });
    }
  });
  return {std::move(result)};
}

} // namespace

void register_softmax(OpRegistry& registry) {
  OpDefinition op;
  op.name = "softmax";
  op.summary = "exp(x) / sum of exp(x) along an axis, or its logarithm";
  op.default_attributes = Attributes::of(SoftmaxAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
