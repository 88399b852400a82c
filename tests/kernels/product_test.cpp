// Products of two tensors in the host emulator against the reference executor: elements, zero points, requantizations.
#include "../backends/image_networks.h"
#include "emulation.h"

#include "ir/ops/product.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Product : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  NetworkBuilder net{registries, "products", 7};
};

INSTANTIATE_TEST_SUITE_P(Targets, Product, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(Product, ElementsAndZeroPoints) {
  const ValueId x = net.input("x", 6, 24);
  const ValueId u = net.input("u", 6, 24, ElementType::uint8);
  const ValueId wide = net.input("wide", 6, 24, ElementType::int16);
  const auto leaves = [&](const char* name, ValueId a, ValueId b, std::vector<std::int64_t> zero_point,
                          const RequantizeAttributes& attributes) {
    net.graph.add_output(name, net.requantize(attributes, {add_product(net, a, b, std::move(zero_point))}));
  };
  leaves("both", x, u, {0, 0}, {.shift = 8});
  leaves("square", u, u, {200, 3}, {.multiplier = {12345}, .addend = {-77}, .shift = 21});
  leaves("negative", x, x, {-128, 127}, {.shift = 7, .rounding = Rounding::half_up, .range = {-100, 90}});
  RequantizeAttributes by_channel{
      .addend = {1 << 20}, .shift = 27, .element = ElementType::int16, .range = {-32768, 32767}};
  by_channel.multiplier.clear();
  for (std::int64_t c = 0; c < 24; ++c)
    by_channel.multiplier.push_back(1'000'003 * (c - 12));
  leaves("wide", wide, x, {0, 5}, by_channel);
  leaves("wider", wide, wide, {0, 0},
         {.multiplier = {54321}, .shift = 40, .element = ElementType::uint8, .range = {0, 255}});
  net.graph.add_output("sums", add_product(net, u, x, {7, 0}));
  expect_bit_exact(registries, net.graph, GetParam());
}

// Squeeze and excite: a mean for each channel decides how much of the channel is left.
TEST_P(Product, AGateForEachChannel) {
  const ValueId x = add_conv(net, add_image(net, "x", {2, 7, 9, 3}), {.outputs = 20, .windows = square(3)});
  const ValueId mean = add_sum_pool(net, x, {{7, 9}, {1, 1}, {1, 1}, {0, 0}, {0, 0}});
  const ValueId gate = add_conv(net, mean, {.outputs = 20, .windows = square(1), .result = ElementType::uint8});
  const ValueId down = add_gather(net, gate, 1, std::vector<std::int64_t>(7, 0));
  const ValueId everywhere = add_gather(net, down, 2, std::vector<std::int64_t>(9, 0));
  net.graph.add_output("y", net.requantize({.shift = 8}, {add_product(net, x, everywhere, {-3, 0})}));
  expect_bit_exact(registries, net.graph, GetParam());
}

TEST_P(Product, FactorsOfMoreThanSixteenBitsAreRefused) {
  const ValueId wide = net.input("wide", 4, 8, ElementType::uint16);
  net.graph.add_output(
      "y", net.requantize({.shift = 20}, {add_product(net, wide, net.input("x", 4, 8, ElementType::int8), {0, 0})}));
  const MapResult result = map(registries, net.graph, GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.all().front().reason, "a factor without its zero point is 0 to 65535");
}

} // namespace
} // namespace tilewright::testing
