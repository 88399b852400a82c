#include "ir/windows.h"

#include "ir/pointwise.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Far above every real layer, and small enough for products of a few of them in 64 bits.
constexpr std::int64_t largest = std::int64_t{1} << 28;

// How many elements of its axis a window reaches over.
std::int64_t extent(const Windows& windows, std::size_t axis) {
  return (windows.kernel[axis] - 1) * windows.dilations[axis] + 1;
}

std::int64_t padded_size(const Windows& windows, const Shape& x, std::size_t axis) {
  return x[axis + 1] + windows.pads_begin[axis] + windows.pads_end[axis];
}

// Counts through all index tuples below `sizes`, the last index fastest; false behind the last tuple.
bool advance(std::vector<std::int64_t>& index, const std::vector<std::int64_t>& sizes) {
  for (std::size_t axis = index.size(); axis-- > 0;) {
    if (++index[axis] < sizes[axis]) return true;
    index[axis] = 0;
  }
  return false;
}

} // namespace

std::optional<OpError> check_windows(const Windows& windows, const Shape& x) {
  const std::size_t rank = windows.kernel.size();
  if (x.size() != rank + 2 || rank == 0) {
    return OpError{"the window has another number of axes than the tensor's space",
                   fmt::format("a tensor of {} axes, channels last", rank + 2), fmt::format("'{}'", text_of(x)), "", 0};
  }
  for (const auto* list : {&windows.strides, &windows.dilations, &windows.pads_begin, &windows.pads_end}) {
    if (list->size() == rank) continue;
    return OpError{"a list has not one entry for each axis of the window",
                   fmt::format("{}", rank),
                   fmt::format("{}", list->size()),
                   "",
                   {}};
  }
  for (std::size_t axis = 0; axis < rank; ++axis) {
    const auto within = [](std::int64_t value, std::int64_t low) { return value >= low && value <= largest; };
    if (!within(windows.kernel[axis], 1) || !within(windows.strides[axis], 1) || !within(windows.dilations[axis], 1) ||
        !within(windows.pads_begin[axis], 0) || !within(windows.pads_end[axis], 0) || !within(x[axis + 1], 0)) {
      return OpError{"a size, stride, dilation or padding of a window is out of range",
                     fmt::format("kernel, stride and dilation from 1, padding from 0, all up to {}", largest),
                     "",
                     "",
                     {}};
    }
    if (extent(windows, axis) > padded_size(windows, x, axis)) {
      return OpError{"the window is larger than the padded tensor",
                     fmt::format("at most {} along spatial axis {}", padded_size(windows, x, axis), axis),
                     fmt::format("{}", extent(windows, axis)), "", 0};
    }
  }
  if (element_count(windows.kernel).value_or(largest + 1) > largest) {
    return OpError{"the window has too many elements",
                   fmt::format("at most {}", largest),
                   fmt::format("'{}'", text_of(windows.kernel)),
                   "",
                   {}};
  }
  return std::nullopt;
}

Shape window_result(const Windows& windows, const Shape& x, std::int64_t channels) {
  Shape result{x[0]};
  for (std::size_t axis = 0; axis < windows.kernel.size(); ++axis) {
    result.push_back((padded_size(windows, x, axis) - extent(windows, axis)) / windows.strides[axis] + 1);
  }
  result.push_back(channels);
  return result;
}

bool has_padding(const Windows& windows) {
  const auto positive = [](std::int64_t pad) { return pad > 0; };
  return std::ranges::any_of(windows.pads_begin, positive) || std::ranges::any_of(windows.pads_end, positive);
}

std::int64_t elements_of_window(const Windows& windows) { return element_count(windows.kernel).value_or(0); }

Windows whole_space(const Shape& x) {
  const std::size_t rank = x.size() - 2;
  const std::vector<std::int64_t> ones(rank, 1);
  const std::vector<std::int64_t> zeros(rank, 0);
  return {{x.begin() + 1, x.end() - 1}, ones, ones, zeros, zeros};
}

Work work_of_windows(const EvaluateContext& context, const Windows& windows) {
  Work work = work_of_pointwise(context);
  work.multiply_accumulates = element_count(context.result_types[0].shape).value_or(0) * elements_of_window(windows);
  return work;
}

void for_each_window(const Windows& windows, const Shape& x, const WindowFunction& function) {
  const std::size_t rank = windows.kernel.size();
  const Shape result = window_result(windows, x, 1);
  const std::vector<std::int64_t> positions(result.begin() + 1, result.end() - 1);
  if (element_count(positions).value_or(0) == 0) return;
  std::vector<std::int64_t> elements(static_cast<std::size_t>(elements_of_window(windows)));
  std::vector<std::int64_t> position(rank, 0);
  std::size_t number = 0;
  do {
    std::vector<std::int64_t> offset(rank, 0);
    for (std::int64_t& element : elements) {
      element = 0;
      for (std::size_t axis = 0; axis < rank; ++axis) {
        const std::int64_t at =
            position[axis] * windows.strides[axis] + offset[axis] * windows.dilations[axis] - windows.pads_begin[axis];
        const bool inside = at >= 0 && at < x[axis + 1] && element >= 0;
        element = inside ? element * x[axis + 1] + at : -1;
      }
      advance(offset, windows.kernel);
    }
    function(number++, elements);
  } while (advance(position, positions));
}

} // namespace tilewright
