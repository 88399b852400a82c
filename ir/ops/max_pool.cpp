#include "ir/ops/max_pool.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <limits>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& windows = context.attributes.as<MaxPoolAttributes>().windows;
  const ValueType& x = context.operands[0];
  if (x.element == ElementType::boolean) return OpError{"max_pool takes numbers", "integers or reals", "bool", "", 0};
  if (auto error = check_windows(windows, x.shape)) return error;
  for (std::size_t axis = 0; axis < windows.kernel.size(); ++axis) {
    // Else a window could lie in the padding alone, and would have no maximum.
    const bool padded = windows.pads_begin[axis] > 0 || windows.pads_end[axis] > 0;
    const std::int64_t reach = (windows.kernel[axis] - 1) * windows.dilations[axis];
    if (!padded || (windows.pads_begin[axis] <= reach && windows.pads_end[axis] <= reach &&
                    windows.dilations[axis] <= x.shape[axis + 1])) {
      continue;
    }
    return OpError{"a window can lie in the padding alone", "padding smaller than the window", "", "", {}};
  }
  ValueType result = x;
  result.shape = window_result(windows, x.shape, x.shape.back());
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  if (is_integer(x.element)) result.range = range_of(x);
  results = {std::move(result)};
  return std::nullopt;
}

template <class T> constexpr T lowest() {
  if constexpr (std::numeric_limits<T>::has_infinity) return -std::numeric_limits<T>::infinity();
  return std::numeric_limits<T>::lowest();
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& windows = context.attributes.as<MaxPoolAttributes>().windows;
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), context.result_types[0].shape);
  if (result.count() == 0) return {std::move(result)};
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    const auto channels = static_cast<std::size_t>(x.shape().back());
    const auto images = static_cast<std::size_t>(x.shape()[0]);
    const std::span<T> largest = result.mutable_data<T>();
    std::ranges::fill(largest, lowest<T>());
    for (std::size_t image = 0; image < images; ++image) {
      const std::span<const T> from = values.subspan(image * values.size() / images, values.size() / images);
      const std::span<T> to = largest.subspan(image * largest.size() / images, largest.size() / images);
      for_each_window(windows, x.shape(), [&](std::size_t position, std::span<const std::int64_t> elements) {
        for (const std::int64_t element : elements) {
          if (element < 0) continue;
          for (std::size_t c = 0; c < channels; ++c) {
            T& current = to[position * channels + c];
            current = std::max(current, from[static_cast<std::size_t>(element) * channels + c]);
          }
        }
      });
    }
  });
  return {std::move(result)};
}

// The largest integer stands for the largest real number where the ratio is positive.
TraceResult trace(const TraceContext& context) {
  if (!context.operands[0].form) return context.operands[0];
  for (const Rational& ratio : context.operands[0].form->ratio) {
    if (ratio.sign() <= 0) {
      return no_form("the maximum of numbers with a negative factor is the minimum of their integers",
                     "put a quantizer between the factor and the pooling");
    }
  }
  const Node& node = context.graph.node(context.node);
  const std::size_t last = context.graph.type(node.operands[0]).shape.size() - 1;
  if (context.operands[0].form->axis && context.operands[0].form->axis != last) {
    return no_form("per-channel scales along a pooled axis", "quantize per tensor or per channel");
  }
  return trace_same_form(context);
}

Work work(const EvaluateContext& context) {
  return work_of_windows(context, context.attributes.as<MaxPoolAttributes>().windows);
}

} // namespace

void register_max_pool(OpRegistry& registry) {
  OpDefinition op;
  op.name = "max_pool";
  op.summary = "the largest element of each window";
  op.traits.order_only = true;
  op.default_attributes = Attributes::of(MaxPoolAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
