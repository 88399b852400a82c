// Sums of two tensors in the host emulator against the reference executor: elements, multipliers, branches, on both
// generations. Several sums share a network, because what costs time is the host compiler.
#include "../backends/network_builder.h"
#include "emulation.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class RequantizeSum : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
};

INSTANTIATE_TEST_SUITE_P(Targets, RequantizeSum, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// Two residual blocks: a value with several readers, a sum beside the layers that lead to it.
TEST_P(RequantizeSum, ResidualBlocks) {
  NetworkBuilder net(registries, "residual", 7);
  const ValueId x = net.input("x", 9, 40);
  ValueId value = net.layer(x, 40);
  for (int block = 0; block < 2; ++block) {
    const ValueId inner = net.layer(net.layer(value, 72), 40);
    value = net.requantize({.multiplier = {3, 4}, .addend = {5}, .shift = 3, .range = {-100, 127}}, {value, inner});
  }
  net.graph.add_output("y", net.layer(value, 10));
  expect_bit_exact(registries, net.graph, GetParam());
}

// Multipliers that need 32 bits, one for each channel, addends in two parts, every element, and a graph input that both
// terms come from.
TEST_P(RequantizeSum, ElementsAndMultipliers) {
  NetworkBuilder net(registries, "elements", 7);
  const ValueId x = net.input("x", 6, 24);
  const ValueId u = net.input("u", 6, 24, ElementType::uint8);
  const ValueId wide = net.input("wide", 6, 24, ElementType::int16);
  RequantizeAttributes per_channel{
      .shift = 33, .rounding = Rounding::half_away, .element = ElementType::int16, .range = {-32768, 32767}};
  per_channel.multiplier.clear();
  per_channel.addend.clear();
  for (std::int64_t i = 0; i < 48; ++i)
    per_channel.multiplier.push_back((i % 3 == 0 ? -1 : 1) * (1'000'000'007 - 20'000'003 * i));
  for (std::int64_t i = 0; i < 24; ++i)
    per_channel.addend.push_back((i - 12) * 1'234'567'890'123);
  const ValueId first = net.requantize(per_channel, {x, u});
  const ValueId second = net.requantize({.multiplier = {5, -7},
                                         .addend = {-3},
                                         .shift = 2,
                                         .rounding = Rounding::half_up,
                                         .element = ElementType::uint8,
                                         .range = {3, 250}},
                                        {wide, u});
  const ValueId third = net.requantize({.multiplier = {1'999'999'999, 77},
                                        .addend = {1},
                                        .shift = 30,
                                        .rounding = Rounding::floor,
                                        .element = ElementType::int16,
                                        .range = {-32768, 32767}},
                                       {second, first});
  net.graph.add_output(
      "y", net.requantize({.multiplier = {1, 1}, .shift = 1, .element = ElementType::uint16, .range = {0, 65535}},
                          {third, x}));
  net.graph.add_output("z", second);
  expect_bit_exact(registries, net.graph, GetParam());
}

// An accumulator that nothing requantized is a term, and so is its own input.
TEST_P(RequantizeSum, Accumulators) {
  NetworkBuilder net(registries, "accumulators", 7);
  const ValueId x = net.input("x", 16, 64);
  const ValueId sums = net.dense(x, 64);
  net.graph.add_output("y", net.requantize({.multiplier = {123'456, 1'073'741'824}, .shift = 32}, {sums, x}));
  expect_bit_exact(registries, net.graph, GetParam());
}

TEST_P(RequantizeSum, ThreeTermsAreRefused) {
  NetworkBuilder net(registries, "three", 7);
  std::vector<ValueId> x;
  for (const char* name : {"a", "b", "c"})
    x.push_back(net.input(name, 4, 16));
  net.graph.add_output("y", net.requantize({.multiplier = {1, 1, 1}, .shift = 1}, x));
  const MapResult result = map(registries, net.graph, GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 3);
  EXPECT_EQ(result.diagnostics.all().front().reason,
            "3 tensors are added without a quantizer in between, and the kernel adds 2");
}

} // namespace
} // namespace tilewright::testing
