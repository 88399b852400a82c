// Checks and conversions that the ops with scales, zero points and ranges among their attributes share.
#pragma once

#include "ir/op.h"

namespace tilewright {

// Scales and zero points against the shape they apply to: counts agree, no scale is zero (or, for quantizers,
// negative), and the axis exists with one entry an index.
std::optional<OpError> check_quantization(const std::vector<Rational>& scale,
                                          const std::vector<std::int64_t>& zero_point, std::optional<std::int64_t> axis,
                                          const Shape& shape, bool scale_is_positive);

// The attributes' three fields as the quantization of a type; per tensor unless an axis is given.
Quantization quantization_of(const std::vector<Rational>& scale, const std::vector<std::int64_t>& zero_point,
                             std::optional<std::int64_t> axis);

// `element` is an integer and `range` is non-empty and lies within what it stores.
std::optional<OpError> check_storage(ElementType element, const IntegerRange& range);

// A list with one entry, or one for each index of the last axis of `shape`; that often, where an op has a list for each
// of several operands.
std::optional<OpError> check_channel_list(std::string_view name, std::size_t entries, const Shape& shape,
                                          std::size_t operands = 1);

// The terms of a sum: integers of one shape.
std::optional<OpError> check_terms(std::string_view op, std::span<const ValueType> operands);

// More terms than any model adds in one go; the kernels for sums stop earlier.
inline constexpr std::size_t most_terms = 8;

// How an axis divides a row-major tensor: element ((o * channels) + c) * inner + i belongs to index c of the axis.
struct ChannelLayout {
  std::int64_t outer = 1;
  std::int64_t channels = 1;
  std::int64_t inner = 1;
};
// Without an axis: one channel that holds everything.
ChannelLayout channel_layout(const Shape& shape, std::optional<std::size_t> axis);

// Calls `function(element index, channel)` for every element in memory order.
template <class Function> void for_each_element(const ChannelLayout& layout, Function&& function) {
  std::size_t index = 0;
  for (std::int64_t outer = 0; outer < layout.outer; ++outer) {
    for (std::int64_t channel = 0; channel < layout.channels; ++channel) {
      for (std::int64_t inner = 0; inner < layout.inner; ++inner) {
        function(index++, static_cast<std::size_t>(channel));
      }
    }
  }
}

} // namespace tilewright
