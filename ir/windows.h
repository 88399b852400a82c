// Windows that slide over the spatial axes of a channel-last tensor [N, D1, .., Dk, C]: what convolution and pooling
// share. An element outside of the tensor is padding.
#pragma once

#include "ir/op.h"

#include <functional>

namespace tilewright {

// One entry for each spatial axis in every list.
struct Windows {
  std::vector<std::int64_t> kernel = {1};
  std::vector<std::int64_t> strides = {1};
  std::vector<std::int64_t> dilations = {1};
  std::vector<std::int64_t> pads_begin = {0};
  std::vector<std::int64_t> pads_end = {0};

  void reflect(AttributeVisitor& visit) {
    visit.field("kernel", kernel);
    visit.field("strides", strides);
    visit.field("dilations", dilations);
    visit.field("pads_begin", pads_begin);
    visit.field("pads_end", pads_end);
  }
};

// The lists fit the tensor, every number is sensible, and at least one window fits into the padded tensor.
std::optional<OpError> check_windows(const Windows& windows, const Shape& x);

// [N, positions along D1, .., positions along Dk, channels]. `check_windows` found nothing.
Shape window_result(const Windows& windows, const Shape& x, std::int64_t channels);

bool has_padding(const Windows& windows);
std::int64_t elements_of_window(const Windows& windows);

// One window over all of the space.
Windows whole_space(const Shape& x);

// As many steps as windows have elements, for each element of the result.
Work work_of_windows(const EvaluateContext& context, const Windows& windows);

// Calls `function` once for each position, in memory order, with the position's number and for every element of its
// window the number of the element among the spatial elements of x, or -1 for padding.
using WindowFunction = std::function<void(std::size_t position, std::span<const std::int64_t> elements)>;
void for_each_window(const Windows& windows, const Shape& x, const WindowFunction& function);

} // namespace tilewright
