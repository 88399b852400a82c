// Sums of many elements of one tensor: what sum_pool and reduce_sum share.
#pragma once

#include "ir/op.h"

namespace tilewright {

// The type of sums of `count` elements: real types stay, and an integer result has the range that `count` elements
// within `range` give, in 32 bits where that fits, else in 64.
std::optional<OpError> set_type_of_sum(ValueType& result, const IntegerRange& range, std::int64_t count);

// Zero-filled sums of the result's type, filled by `function(span of x's elements, span of sums)`.
template <class Function> std::vector<Tensor> add_up(const Tensor& x, const ValueType& type, Function&& function) {
  if (!is_integer(type.element)) {
    Tensor result(type.element, type.shape);
    if (result.count() == 0) return {std::move(result)};
    if (type.element == ElementType::float64) {
      function(x.data<double>(), result.mutable_data<double>());
    } else {
      function(x.data<float>(), result.mutable_data<float>());
    }
    return {std::move(result)};
  }
  std::vector<std::int64_t> sums(static_cast<std::size_t>(element_count(type.shape).value_or(0)));
  if (!sums.empty()) function(std::span<const std::int64_t>(to_int64(x)), std::span(sums));
  return {from_int64(type.element, type.shape, sums)};
}

// The form of sums of `count` elements each: the same op with `attributes` on the integers. `axis` is where the form's
// axis lies in the result; nothing where it is summed over.
TraceResult trace_sum_of_elements(const TraceContext& context, const Attributes& attributes, std::int64_t count,
                                  std::optional<std::size_t> axis);

} // namespace tilewright
