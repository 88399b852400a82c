#include "image_networks.h"

#include "ir/ops/conv.h"
#include "ir/ops/extremum.h"
#include "ir/ops/gather.h"
#include "ir/ops/max_pool.h"
#include "ir/ops/pad.h"
#include "ir/ops/product.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/requantize_positions.h"
#include "ir/ops/reshape.h"
#include "ir/ops/step_table.h"
#include "ir/ops/sum_pool.h"
#include "ir/ops/table.h"
#include "ir/ops/transpose.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>

namespace tilewright::testing {

namespace {

Tensor random_tensor(NetworkBuilder& builder, ElementType element, const Shape& shape, const IntegerRange& range) {
  const auto span = static_cast<std::uint64_t>(range.max - range.min) + 1;
  std::vector<std::int64_t> values(static_cast<std::size_t>(*element_count(shape)));
  for (std::int64_t& value : values)
    value = range.min + static_cast<std::int64_t>(builder.random() % span);
  return from_int64(element, shape, values);
}

// The shift that brings sums of `terms` random products near the result's range, which few of them leave.
int shift_for(std::int64_t terms, ElementType x, ElementType weights, ElementType result) {
  const auto bits = [](ElementType element) { return static_cast<int>(8 * size_in_bytes(element)); };
  const int sums =
      bits(x) + bits(weights) - 3 + static_cast<int>(std::bit_width(static_cast<std::uint64_t>(terms))) / 2;
  return std::max(sums - bits(result), 0);
}

RequantizeAttributes requantization(ElementType result, int shift) {
  const IntegerRange storage = storage_range(result);
  return {.shift = shift, .element = result, .range = {storage.min, storage.max}};
}

} // namespace

ValueId add_image(NetworkBuilder& builder, const std::string& name, const Shape& shape, ElementType element) {
  return builder.graph.add_input(name, {element, shape, {}, {}});
}

ValueId add_conv(NetworkBuilder& builder, ValueId x, const ConvLayer& layer) {
  const ElementType element = builder.graph.type(x).element;
  Shape shape = layer.windows.kernel;
  shape.push_back(builder.features(x) / layer.groups);
  shape.push_back(layer.outputs);
  const std::int64_t terms = *element_count(shape) / layer.outputs;
  // 16 x 16 bits keep to sums of 32.
  const bool wide = size_in_bytes(element) + size_in_bytes(layer.weights) == 4;
  const bool narrow = layer.weight_bits == 4;
  const IntegerRange range = wide ? IntegerRange{-50, 50} : narrow ? IntegerRange{-8, 7} : storage_range(layer.weights);
  const ValueId weights = builder.graph.add_constant("w", random_tensor(builder, layer.weights, shape, range));
  const ValueId bias =
      builder.graph.add_constant("b", random_tensor(builder, ElementType::int32, {layer.outputs}, {-1000, 1000}));
  ConvAttributes attributes;
  attributes.windows = layer.windows;
  attributes.groups = layer.groups;
  attributes.pad_value = layer.pad_value;
  const ValueId sums = builder.add("conv", Attributes::of(attributes), {x, weights, bias});
  if (!layer.requantized) return sums;
  const int shift = std::max(shift_for(terms, element, layer.weights, layer.result) - (narrow ? 4 : 0), 0);
  RequantizeAttributes step = requantization(layer.result, shift);
  if (layer.scaled) {
    constexpr int finer = 22;
    step.shift += finer;
    step.multiplier.clear();
    for (std::int64_t channel = 0; channel < layer.outputs; ++channel)
      step.multiplier.push_back((std::int64_t{1} << (finer - 1)) +
                                static_cast<std::int64_t>(builder.random() % (3U << (finer - 1))));
  }
  return builder.requantize(step, {sums});
}

ValueId add_max_pool(NetworkBuilder& builder, ValueId x, const Windows& windows) {
  return builder.add("max_pool", Attributes::of(MaxPoolAttributes{windows}), {x});
}

ValueId add_sum_pool(NetworkBuilder& builder, ValueId x, const Windows& windows, std::int64_t pad_value) {
  const ValueId sums = builder.add("sum_pool", Attributes::of(SumPoolAttributes{windows, pad_value}), {x});
  const auto elements = static_cast<std::uint64_t>(elements_of_window(windows));
  return builder.requantize(
      requantization(builder.graph.type(x).element, static_cast<int>(std::bit_width(elements)) - 1), {sums});
}

ValueId add_table(NetworkBuilder& builder, ValueId x, ElementType result, bool by_channel) {
  const Shape shape{by_channel ? builder.features(x) : 1, table_columns};
  const ValueId entries = builder.graph.add_constant("t", random_tensor(builder, result, shape, storage_range(result)));
  return builder.add("table", Attributes::of(TableAttributes{}), {x, entries});
}

ValueId add_steps(NetworkBuilder& builder, ValueId x, ElementType result) {
  constexpr int place_bits = 30;
  constexpr int bucket_bits = 7;
  constexpr std::int64_t buckets = std::int64_t{1} << bucket_bits;
  constexpr std::int64_t bucket = std::int64_t{1} << (place_bits - bucket_bits);
  // Accumulators of 8 x 8 bits, spread over the places and a little beyond them.
  RequantizeAttributes axis{.multiplier = {(std::int64_t{1} << 30) + 12345},
                            .addend = {std::int64_t{1} << (place_bits - 1 + 15)},
                            .shift = 15,
                            .rounding = Rounding::floor,
                            .element = ElementType::int32,
                            .range = {0, (std::int64_t{1} << place_bits) - 1}};
  if (size_in_bytes(builder.graph.type(x).element) > 1) axis.multiplier = {1 << 22};
  const ValueId places = builder.requantize(axis, {x});
  std::vector<std::int64_t> edges;
  for (std::int64_t i = 0; i < buckets; ++i)
    edges.push_back(i * bucket + static_cast<std::int64_t>(builder.random() % static_cast<std::uint64_t>(bucket)));
  const ValueId edge = builder.graph.add_constant("e", from_int64(ElementType::int32, {buckets}, edges));
  const ValueId levels =
      builder.graph.add_constant("l", random_tensor(builder, result, {2, buckets}, storage_range(result)));
  return builder.add("step_table", Attributes::of(StepTableAttributes{place_bits - bucket_bits}),
                     {places, edge, levels});
}

ValueId add_extremum(NetworkBuilder& builder, ValueId a, ValueId b, bool smallest) {
  return builder.add("extremum", Attributes::of(ExtremumAttributes{smallest}), {a, b});
}

ValueId add_positions(NetworkBuilder& builder, ValueId x, int sorts, ElementType result, bool two_parts) {
  const ValueType& type = builder.graph.type(x);
  RequantizePositionsAttributes attributes;
  attributes.multiplier.clear();
  attributes.addend.clear();
  const int bits = type.element == ElementType::int32 ? 16 : static_cast<int>(8 * size_in_bytes(type.element));
  attributes.shift = bits + 22 - static_cast<int>(8 * size_in_bytes(result));
  if (two_parts) attributes.prior_shift = two_part_shift;
  for (int sort = 0; sort < sorts; ++sort) {
    const auto factor = static_cast<std::int64_t>(builder.random() % (1U << 23)) - (1 << 20);
    const auto low = static_cast<std::int64_t>(builder.random() % (1U << 31));
    attributes.multiplier.push_back(two_parts ? factor * (std::int64_t{1} << two_part_shift) + low : factor);
    attributes.addend.push_back((static_cast<std::int64_t>(builder.random() % 2000) - 1000) * (1 << 20));
  }
  attributes.element = result;
  attributes.range = storage_range(result);
  std::int64_t positions = 1;
  for (std::size_t axis = 1; axis + 1 < type.shape.size(); ++axis)
    positions *= type.shape[axis];
  const ValueId sort =
      builder.graph.add_constant("s", random_tensor(builder, ElementType::uint8, {positions}, {0, sorts - 1}));
  return builder.add("requantize_positions", Attributes::of(attributes), {x, sort});
}

ValueId add_reduce_sum(NetworkBuilder& builder, ValueId x) {
  const ValueType type = builder.graph.type(x);
  ReduceSumAttributes attributes;
  std::uint64_t elements = 1;
  for (std::size_t axis = 1; axis + 1 < type.shape.size(); ++axis) {
    attributes.axes.push_back(static_cast<std::int64_t>(axis));
    elements *= static_cast<std::uint64_t>(type.shape[axis]);
  }
  const ValueId sums = builder.add("reduce_sum", Attributes::of(attributes), {x});
  return builder.requantize(requantization(type.element, static_cast<int>(std::bit_width(elements)) - 1), {sums});
}

ValueId add_sum(NetworkBuilder& builder, ValueId a, ValueId b) {
  RequantizeAttributes attributes = requantization(ElementType::int8, 2);
  attributes.multiplier = {3, 1};
  return builder.requantize(attributes, {a, b});
}

ValueId add_product(NetworkBuilder& builder, ValueId a, ValueId b, std::vector<std::int64_t> zero_point) {
  return builder.add("product", Attributes::of(ProductAttributes{std::move(zero_point)}), {a, b});
}

ValueId add_gather(NetworkBuilder& builder, ValueId x, std::int64_t axis, std::vector<std::int64_t> indices) {
  return builder.add("gather", Attributes::of(GatherAttributes{axis, std::move(indices)}), {x});
}

ValueId add_transpose(NetworkBuilder& builder, ValueId x, std::vector<std::int64_t> permutation) {
  return builder.add("transpose", Attributes::of(TransposeAttributes{std::move(permutation)}), {x});
}

ValueId add_reshape(NetworkBuilder& builder, ValueId x, Shape shape) {
  return builder.add("reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {x});
}

ValueId add_pad(NetworkBuilder& builder, ValueId x, std::vector<std::int64_t> begin, std::vector<std::int64_t> end,
                std::int64_t value) {
  return builder.add("pad", Attributes::of(PadAttributes{std::move(begin), std::move(end), Rational(value)}), {x});
}

ValueId add_flatten(NetworkBuilder& builder, ValueId x) {
  const Shape& shape = builder.graph.type(x).shape;
  return builder.add("reshape", Attributes::of(ReshapeAttributes{{shape[0], *element_count(shape) / shape[0]}}), {x});
}

Windows square(std::int64_t kernel, std::int64_t stride, std::int64_t dilation) {
  const std::int64_t pad = (kernel - 1) / 2 * dilation;
  return {{kernel, kernel}, {stride, stride}, {dilation, dilation}, {pad, pad}, {pad, pad}};
}

namespace {

class RandomImages {
public:
  RandomImages(const Registries& registries, unsigned seed)
      : builder_(registries, fmt::format("images_{}", seed), seed) {}

  Graph build(int most) {
    axes_ = pick(0, 4) == 0 ? 1 : 2;
    Shape shape{pick(1, 2)};
    for (std::int64_t axis = 0; axis < axes_; ++axis)
      shape.push_back(axes_ == 1 ? pick(4, 60) : pick(3, 14));
    shape.push_back(pick(1, 20));
    values_.push_back(add_image(builder_, "x", shape));
    for (std::int64_t i = pick(2, most - 1); i > 0; --i)
      values_.push_back(step());
    // What nobody reads leaves the array, but for the input.
    for (std::size_t i = 1; i < values_.size(); ++i) {
      if (builder_.graph.use_count(values_[i]) > 0) continue;
      const ValueId last = pick(0, 1) == 0 ? values_[i] : dense(values_[i]);
      builder_.graph.add_output(fmt::format("y{}", i), last);
    }
    return std::move(builder_.graph);
  }

private:
  std::int64_t pick(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(builder_.random() % static_cast<unsigned>(high - low + 1));
  }
  const ValueType& type(ValueId value) const { return builder_.graph.type(value); }
  ElementType eight_bits() { return pick(0, 1) == 0 ? ElementType::int8 : ElementType::uint8; }

  // The later values more often, so that networks get deep.
  ValueId any() {
    const auto count = static_cast<std::int64_t>(values_.size());
    return values_[static_cast<std::size_t>(std::max(pick(0, count - 1), pick(0, count - 1)))];
  }

  ValueId dense(ValueId x) {
    const ValueId sums = builder_.dense(add_flatten(builder_, x), pick(1, 30));
    return builder_.requantize(requantization(ElementType::int8, 12), {sums});
  }

  // Windows that fit the image and leave something of it.
  Windows windows(ValueId x, std::int64_t largest, bool padded) {
    Windows result{{}, {}, {}, {}, {}};
    for (std::int64_t axis = 0; axis < axes_; ++axis) {
      const std::int64_t size = type(x).shape[static_cast<std::size_t>(axis) + 1];
      const std::int64_t kernel = pick(1, std::min(largest, size));
      const std::int64_t dilation = kernel > 1 && (kernel - 1) * 2 < size && pick(0, 4) == 0 ? 2 : 1;
      result.kernel.push_back(kernel);
      result.dilations.push_back(dilation);
      result.strides.push_back(size > 4 ? std::max<std::int64_t>(1, pick(-3, 3)) : 1);
      result.pads_begin.push_back(padded ? pick(0, (kernel - 1) * dilation) : 0);
      result.pads_end.push_back(padded ? pick(0, (kernel - 1) * dilation) : 0);
    }
    return result;
  }

  ValueId conv(ValueId x) {
    ConvLayer layer;
    layer.windows = windows(x, pick(0, 9) == 0 ? 11 : 3, true);
    layer.outputs = pick(1, 24);
    layer.result = eight_bits();
    if (pick(0, 4) == 0) layer.pad_value = pick(0, 100);
    const std::int64_t channels = builder_.features(x);
    if (pick(0, 3) == 0) {
      layer.groups = channels; // depthwise, or with several results a channel
      layer.outputs = channels * pick(1, 2);
    } else if (channels % 2 == 0 && pick(0, 3) == 0) {
      layer.groups = 2;
      layer.outputs = 2 * pick(1, 12);
    }
    return add_conv(builder_, x, layer);
  }

  ValueId step() {
    const ValueId x = any();
    switch (pick(0, 18)) {
    case 0:
      return add_max_pool(builder_, x, windows(x, 3, true));
    case 1:
      return add_sum_pool(builder_, x, windows(x, 4, true));
    case 2:
      return add_table(builder_, x, eight_bits(), pick(0, 3) == 0);
    case 3:
    case 4: {
      const ValueId side = add_conv(builder_, x, {.outputs = builder_.features(x), .windows = same(x)});
      return add_sum(builder_, x, side);
    }
    case 5: {
      const ValueId side =
          add_conv(builder_, x, {.outputs = pick(1, 20), .windows = same(x), .result = type(x).element});
      return builder_.concat(static_cast<std::int64_t>(type(x).shape.size()) - 1, {x, side});
    }
    case 6:
      return gathered(x);
    case 7:
      return moved(x);
    case 8:
      return gated(x);
    case 9:
      return add_steps(builder_, pick(0, 1) == 0 ? x : raw_conv(x), eight_bits());
    case 10: {
      const ValueId side =
          add_conv(builder_, x, {.outputs = builder_.features(x), .windows = same(x), .result = type(x).element});
      return add_extremum(builder_, x, side, pick(0, 1) == 0);
    }
    case 11:
      return add_positions(builder_, pick(0, 1) == 0 ? x : raw_conv(x), static_cast<int>(pick(1, 9)), eight_bits(),
                           pick(0, 2) == 0);
    case 12:
      return add_reduce_sum(builder_, x);
    case 13: // already stored integers, one scale after the other
      return builder_.requantize({.multiplier = {pick(-5, 100)}, .shift = 6}, {x});
    default:
      return conv(x);
    }
  }

  // Sums that leave as they are.
  ValueId raw_conv(ValueId x) {
    return add_conv(builder_, x, {.outputs = pick(1, 20), .windows = same(x), .requantized = false});
  }

  // Any indices of an axis of space: upsampled, sliced, turned around.
  ValueId gathered(ValueId x) {
    const std::int64_t axis = pick(1, axes_);
    const std::int64_t size = type(x).shape[static_cast<std::size_t>(axis)];
    const std::int64_t first = pick(0, size - 1);
    const std::int64_t factor = pick(1, 3);
    std::vector<std::int64_t> indices;
    for (std::int64_t i = first * factor; i < size * factor && indices.size() < 40; i += pick(1, 2))
      indices.push_back(i / factor);
    if (pick(0, 4) == 0) std::ranges::reverse(indices);
    return add_gather(builder_, x, axis, std::move(indices));
  }

  // Elements in other places, whatever their axis, or padding around them.
  ValueId moved(ValueId x) {
    const Shape shape = type(x).shape;
    const auto last = static_cast<std::int64_t>(shape.size()) - 1;
    if (pick(0, 1) == 0) {
      std::vector<std::int64_t> begin(shape.size(), 0);
      std::vector<std::int64_t> end = begin;
      begin[static_cast<std::size_t>(pick(1, last))] = pick(0, 3);
      end[static_cast<std::size_t>(pick(1, last))] = pick(0, 3);
      return add_pad(builder_, x, begin, end, pick(0, 100));
    }
    std::vector<std::int64_t> permutation;
    for (std::int64_t axis = 0; axis <= last; ++axis)
      permutation.push_back(axis);
    std::swap(permutation[static_cast<std::size_t>(pick(1, last))],
              permutation[static_cast<std::size_t>(pick(1, last))]);
    return add_transpose(builder_, x, std::move(permutation));
  }

  // x times a function of itself, or of its sums over all of the space.
  ValueId gated(ValueId x) {
    const Shape shape = type(x).shape;
    ValueId gate = x;
    if (pick(0, 1) == 0) {
      const Windows all = whole_space(shape);
      gate = add_sum_pool(builder_, x, all);
      for (std::int64_t axis = 1; axis <= axes_; ++axis)
        gate =
            add_gather(builder_, gate, axis,
                       std::vector<std::int64_t>(static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]), 0));
    } else {
      gate = add_conv(builder_, x, {.outputs = builder_.features(x), .windows = same(x), .result = eight_bits()});
    }
    const ValueId products = add_product(builder_, x, gate, {pick(-20, 20), pick(-20, 20)});
    return builder_.requantize(requantization(eight_bits(), 7), {products});
  }

  // Windows that keep the image's size.
  Windows same(ValueId x) {
    Windows result{{}, {}, {}, {}, {}};
    for (std::int64_t axis = 0; axis < axes_; ++axis) {
      const std::int64_t pad = type(x).shape[static_cast<std::size_t>(axis) + 1] > 2 ? pick(0, 1) : 0;
      result.kernel.push_back(2 * pad + 1);
      result.strides.push_back(1);
      result.dilations.push_back(1);
      result.pads_begin.push_back(pad);
      result.pads_end.push_back(pad);
    }
    return result;
  }

  NetworkBuilder builder_;
  std::int64_t axes_ = 2;
  std::vector<ValueId> values_;
};

} // namespace

Graph random_image_network(const Registries& registries, unsigned seed, int most) {
  return RandomImages(registries, seed).build(most);
}

} // namespace tilewright::testing
