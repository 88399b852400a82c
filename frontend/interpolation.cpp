#include "frontend/interpolation.h"

#include "frontend/windows.h"
#include "ir/ops/conv.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/gather.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// How one axis is smoothed once its elements are repeated: out = sum of weights[i] * repeated[at + i - before] / total.
// Repeating spreads an element over as many as the factor; what is left of the triangle that interpolation weights
// neighbours with is another such box, or, where samples lie in the middle between the places that an even factor
// makes, the mean of two.
struct Filter {
  std::vector<std::int64_t> weights = {1};
  std::int64_t before = 0;
  std::int64_t total = 1;
  std::int64_t after() const { return static_cast<std::int64_t>(weights.size()) - 1 - before; }
};

Filter filter_of(std::int64_t factor, bool half_pixel) {
  const auto size = static_cast<std::size_t>(factor);
  if (factor == 1) return {};
  if (!half_pixel) return {std::vector<std::int64_t>(size, 1), 0, factor};
  if (factor % 2 == 1) return {std::vector<std::int64_t>(size, 1), factor / 2, factor};
  Filter filter{std::vector<std::int64_t>(size + 1, 2), factor / 2, 2 * factor};
  filter.weights.front() = 1;
  filter.weights.back() = 1;
  return filter;
}

// Every element `factor` times, and those at the edges as often as the filter reaches beyond them.
std::optional<ValueId> repeated(NodeImport& node, ValueId image, std::int64_t axis, std::int64_t factor,
                                const Filter& filter) {
  const std::int64_t size = node.type_of(image).shape[static_cast<std::size_t>(axis)];
  if (factor == 1) return image;
  if (!node.allows_elements(size * factor) || !node.reserve_list(size * factor + 2 * factor)) return std::nullopt;
  GatherAttributes gather{axis, {}};
  for (std::int64_t at = -filter.before; at < size * factor + filter.after(); ++at)
    gather.indices.push_back(std::clamp<std::int64_t>(at, 0, size * factor - 1) / factor);
  return node.add_node(fmt::format("axis{}", axis), "gather", Attributes::of(std::move(gather)), {image});
}

// [window, 1, C]: the filters of all axes multiplied, the same for each channel.
std::optional<ValueId> weights_of(NodeImport& node, const std::vector<Filter>& filters, std::int64_t channels) {
  std::vector<std::int64_t> products{1};
  std::int64_t total = 1;
  Shape shape;
  for (const Filter& filter : filters) {
    std::vector<std::int64_t> next;
    for (const std::int64_t product : products) {
      for (const std::int64_t weight : filter.weights)
        next.push_back(product * weight);
    }
    products = std::move(next);
    total *= filter.total;
    shape.push_back(static_cast<std::int64_t>(filter.weights.size()));
  }
  std::vector<std::int64_t> values;
  for (const std::int64_t product : products)
    values.insert(values.end(), static_cast<std::size_t>(channels), product);
  shape.insert(shape.end(), {1, channels});
  const ValueId stored = node.add_constant("weights", from_int64(ElementType::int8, shape, values));
  return node.add_node("real_weights", "dequantize",
                       Attributes::of(DequantizeAttributes{{Rational(1, total)}, {0}, {}}), {stored});
}

} // namespace

void add_interpolation(NodeImport& node, const std::vector<std::int64_t>& factors, const std::string& coordinates) {
  const Shape& shape = node.type(0).shape;
  const bool half_pixel = coordinates == "half_pixel" || coordinates == "pytorch_half_pixel";
  if (!half_pixel && coordinates != "asymmetric") {
    return node.fail({"import.attribute", "interpolation with these coordinates has no exact integer form",
                      "half_pixel, pytorch_half_pixel or asymmetric", coordinates,
                      "align no corners, or upsample with the nearest element"});
  }
  constexpr std::int64_t largest = 16;
  if (std::ranges::any_of(factors, [](std::int64_t factor) { return factor < 1 || factor > largest; })) {
    return node.fail({"import.attribute", "interpolation by these factors has no exact integer form",
                      fmt::format("whole factors from 1 to {}", largest), "",
                      "enlarge by whole factors, or with the nearest element"});
  }
  std::vector<Filter> filters;
  ConvAttributes attributes;
  attributes.groups = shape[1];
  attributes.windows = {{}, {}, {}, {}, {}};
  std::optional<ValueId> image = to_channels_last(node, node.input(0));
  for (std::size_t i = 0; i < factors.size() && image; ++i) {
    filters.push_back(filter_of(factors[i], half_pixel));
    image = repeated(node, *image, static_cast<std::int64_t>(i) + 1, factors[i], filters.back());
    attributes.windows.kernel.push_back(static_cast<std::int64_t>(filters.back().weights.size()));
    attributes.windows.strides.push_back(1);
    attributes.windows.dilations.push_back(1);
    attributes.windows.pads_begin.push_back(0);
    attributes.windows.pads_end.push_back(0);
  }
  const auto weights = image ? weights_of(node, filters, shape[1]) : std::nullopt;
  if (!weights) return;
  bind_channels_first(
      node, node.add_node("channels_last_result", "conv", Attributes::of(std::move(attributes)), {*image, *weights}));
}

} // namespace tilewright
