#include "frontend/axes.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

std::optional<std::vector<std::int64_t>> integer_list(NodeImport& node, std::size_t input, std::string_view what) {
  const Tensor* data = node.constant(input, what);
  if (!data) return std::nullopt;
  if (is_integer(data->element()) && data->shape().size() <= 1) return to_int64(*data);
  node.fail({"import.operand", fmt::format("{} is not a list of integers", what), "a vector of int64",
             text_of(node.type(input)), "", node.input_name(input)});
  return std::nullopt;
}

std::optional<std::int64_t> axis_from_front(NodeImport& node, std::int64_t axis, std::size_t rank) {
  const auto count = static_cast<std::int64_t>(rank);
  if (axis >= -count && axis < count) return axis < 0 ? axis + count : axis;
  node.fail(
      {"import.axis", "an axis does not exist", fmt::format("{} to {}", -count, count - 1), fmt::format("{}", axis)});
  return std::nullopt;
}

std::optional<std::vector<std::int64_t>> axes_from_front(NodeImport& node, std::vector<std::int64_t> axes,
                                                         std::size_t rank) {
  for (std::int64_t& axis : axes) {
    const auto from_front = axis_from_front(node, axis, rank);
    if (!from_front) return std::nullopt;
    axis = *from_front;
  }
  std::ranges::sort(axes);
  if (std::ranges::adjacent_find(axes) == axes.end()) return axes;
  node.fail({"import.axis", "an axis is given twice", "", fmt::format("[{}]", fmt::join(axes, ", "))});
  return std::nullopt;
}

} // namespace tilewright
