// Lines of a tensor along one axis: what ops that look at a whole line at a time share.
#pragma once

#include "ir/op.h"

#include <fmt/format.h>

namespace tilewright {

// Nothing where the operand is real and has the axis.
inline std::optional<OpError> check_real_with_axis(const ValueType& x, std::int64_t axis) {
  if (x.element != ElementType::float32 && x.element != ElementType::float64) {
    return OpError{"the operand is not real", "f32 or f64", std::string(name_of(x.element)), "", 0};
  }
  if (axis >= 0 && axis < static_cast<std::int64_t>(x.shape.size())) return std::nullopt;
  return OpError{"the axis does not exist", fmt::format("an axis below {}", x.shape.size()), fmt::format("{}", axis),
                 "", 0};
}

// Calls `function(first, step)` for every line of `size` elements at first, first + step, ...
template <class Function> void for_each_line(const Shape& shape, std::size_t axis, Function&& function) {
  const auto size = static_cast<std::size_t>(shape[axis]);
  std::size_t before = 1;
  std::size_t step = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i < axis) before *= static_cast<std::size_t>(shape[i]);
    if (i > axis) step *= static_cast<std::size_t>(shape[i]);
  }
  for (std::size_t outer = 0; outer < before; ++outer) {
    for (std::size_t inner = 0; inner < step; ++inner)
      function(outer * size * step + inner, step);
  }
}

} // namespace tilewright
