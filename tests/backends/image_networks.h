// Networks of images, channels last: layers for NetworkBuilder, and random networks of them.
#pragma once

#include "network_builder.h"

#include "ir/windows.h"

namespace tilewright::testing {

ValueId add_image(NetworkBuilder& builder, const std::string& name, const Shape& shape,
                  ElementType element = ElementType::int8);

struct ConvLayer {
  std::int64_t outputs = 8;
  Windows windows;
  std::int64_t groups = 1;
  std::int64_t pad_value = 0;
  ElementType weights = ElementType::int8;
  int weight_bits = 8; // or 4, of int8
  ElementType result = ElementType::int8;
  bool requantized = true;
  bool scaled = false; // by a multiplier for each channel, not by a shift
};
// Random weights and biases; requantized so that results use their range.
ValueId add_conv(NetworkBuilder& builder, ValueId x, const ConvLayer& layer);

ValueId add_max_pool(NetworkBuilder& builder, ValueId x, const Windows& windows);
// Requantized to the element of x.
ValueId add_sum_pool(NetworkBuilder& builder, ValueId x, const Windows& windows, std::int64_t pad_value = 0);
// A random function of 8 bits.
ValueId add_table(NetworkBuilder& builder, ValueId x, ElementType result, bool by_channel = false);
// A function of x's sums with a convolution, none of which is requantized before: random levels between random edges.
ValueId add_steps(NetworkBuilder& builder, ValueId x, ElementType result);
// The larger or the smaller one of two tensors of one element.
ValueId add_extremum(NetworkBuilder& builder, ValueId a, ValueId b, bool smallest);
// Requantized with random numbers for each of some sorts of pixels, or with multipliers of two parts.
ValueId add_positions(NetworkBuilder& builder, ValueId x, int sorts, ElementType result, bool two_parts = false);
// Sums over all of the space, requantized to the element of x.
ValueId add_reduce_sum(NetworkBuilder& builder, ValueId x);
ValueId add_sum(NetworkBuilder& builder, ValueId a, ValueId b);
// (a - zero_point[0]) * (b - zero_point[1]), 32 bits wide.
ValueId add_product(NetworkBuilder& builder, ValueId a, ValueId b, std::vector<std::int64_t> zero_point);
// Views.
ValueId add_gather(NetworkBuilder& builder, ValueId x, std::int64_t axis, std::vector<std::int64_t> indices);
ValueId add_transpose(NetworkBuilder& builder, ValueId x, std::vector<std::int64_t> permutation);
ValueId add_reshape(NetworkBuilder& builder, ValueId x, Shape shape);
ValueId add_pad(NetworkBuilder& builder, ValueId x, std::vector<std::int64_t> begin, std::vector<std::int64_t> end,
                std::int64_t value);
// All of each sample as one row.
ValueId add_flatten(NetworkBuilder& builder, ValueId x);

// Windows in two dimensions, the same along both, "same" padding for odd kernels.
Windows square(std::int64_t kernel, std::int64_t stride = 1, std::int64_t dilation = 1);

// 3 to `most` layers of all kinds, with branches, up to a dense layer at the end.
Graph random_image_network(const Registries& registries, unsigned seed, int most);

} // namespace tilewright::testing
