#include "frontend/averages.h"

#include "frontend/constant_arithmetic.h"
#include "ir/ops/sum_pool.h"

#include <algorithm>

namespace tilewright {

namespace {

// The padding that the model asks for: not what ceil_mode adds to it.
CountedPadding padding_of_model(NodeImport& node, const Windows& windows) {
  const std::size_t axes = windows.kernel.size();
  const std::string automatic = node.text("auto_pad", "NOTSET");
  CountedPadding padding{windows.pads_begin, windows.pads_end};
  if (automatic == "VALID") padding.end.assign(axes, 0);
  if (automatic != "NOTSET") return padding;
  const std::vector<std::int64_t> pads = node.integers("pads").value_or(std::vector<std::int64_t>(2 * axes, 0));
  padding.end.assign(pads.begin() + static_cast<std::ptrdiff_t>(axes), pads.end());
  return padding;
}

// How many elements of each window count: the divisors. Each axis counts by itself.
std::optional<Tensor> elements_counted(NodeImport& node, const Windows& windows, const Shape& image,
                                       const CountedPadding& padding) {
  Shape shape = window_result(windows, image, 1);
  shape[0] = 1;
  if (!node.reserve_list(element_count(shape).value_or(-1))) return std::nullopt;
  std::vector<float> counts{1};
  for (std::size_t axis = 0; axis < windows.kernel.size(); ++axis) {
    std::vector<float> next;
    next.reserve(counts.size() * static_cast<std::size_t>(shape[axis + 1]));
    for (const float so_far : counts) {
      for (std::int64_t position = 0; position < shape[axis + 1]; ++position) {
        const std::int64_t start = position * windows.strides[axis] - windows.pads_begin[axis] + padding.begin[axis];
        const std::int64_t size = padding.begin[axis] + image[axis + 1] + padding.end[axis];
        const std::int64_t step = windows.dilations[axis];
        // Elements start + k * step for k from 0 to the kernel's size, of those from 0 to the size of what counts.
        const std::int64_t before = start < 0 ? (-start + step - 1) / step : 0;
        const std::int64_t until = std::clamp<std::int64_t>((size - start + step - 1) / step, 0, windows.kernel[axis]);
        next.push_back(so_far * static_cast<float>(std::max<std::int64_t>(0, until - before)));
      }
    }
    counts = std::move(next);
  }
  return Tensor::of(shape, counts);
}

} // namespace

CountedPadding counted_padding(NodeImport& node, const Windows& windows) {
  const std::vector<std::int64_t> none(windows.kernel.size(), 0);
  return node.integer("count_include_pad", 0) != 0 ? padding_of_model(node, windows) : CountedPadding{none, none};
}

std::optional<ValueId> average_of(NodeImport& node, ValueId image, const Windows& windows,
                                  const CountedPadding& padding) {
  const Shape shape = node.type_of(image).shape;
  const std::int64_t whole = elements_of_window(windows);
  const auto sum = node.add_node("sum", "sum_pool", Attributes::of(SumPoolAttributes{windows, 0}), {image});
  if (!sum) return std::nullopt;
  Tensor divisor = Tensor::of({}, std::vector<float>{static_cast<float>(whole)});
  if (windows.pads_begin != padding.begin || windows.pads_end != padding.end) {
    std::optional<Tensor> counts = elements_counted(node, windows, shape, padding);
    if (!counts) return std::nullopt;
    divisor = *std::move(counts);
  }
  if (node.type_of(*sum).element != ElementType::float32) {
    node.fail({"import.element-type", "averages of this type are not supported", "float",
               std::string(name_of(node.type_of(*sum).element))});
    return std::nullopt;
  }
  return node.add_node("channels_last_result", "div", {}, {*sum, node.add_constant("count", std::move(divisor))});
}

} // namespace tilewright
