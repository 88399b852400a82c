// Networks whose branches meet side by side, and part again, in the host emulator against the reference executor.
#include "../backends/network_builder.h"
#include "emulation.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Views : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
};

INSTANTIATE_TEST_SUITE_P(Targets, Views, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

// Two inputs of odd widths, side by side, then apart again at a column that is no multiple of a block.
TEST_P(Views, TwoInputsAndTwoHeads) {
  NetworkBuilder net(registries, "two", 11);
  const ValueId a = net.input("a", 7, 12);
  const ValueId b = net.input("b", 7, 20);
  const ValueId joined = net.concat(1, {net.layer(a, 13), net.layer(b, 19)});
  const ValueId trunk = net.layer(joined, 43);
  net.graph.add_output("y", net.layer(net.columns(trunk, 0, 21), 5));
  net.graph.add_output("z", net.layer(net.columns(trunk, 21, 22), 8));
  expect_bit_exact(registries, net.graph, GetParam());
}

// A graph input beside a layer, a value twice, a part of a value, and a concatenation that leaves as it is.
TEST_P(Views, AWideAndDeepNetwork) {
  NetworkBuilder net(registries, "wide", 11);
  const ValueId x = net.input("x", 16, 64);
  const ValueId deep = net.layer(net.layer(x, 96), 40);
  const ValueId joined = net.concat(1, {x, deep, net.columns(deep, 8, 16)});
  net.graph.add_output("y", net.layer(joined, 24, 10));
  net.graph.add_output("joined", net.concat(1, {deep, net.layer(joined, 9)}));
  expect_bit_exact(registries, net.graph, GetParam());
}

// A constant has no producer on the array: it enters as an input does.
TEST_P(Views, AConstantBesideALayer) {
  NetworkBuilder net(registries, "constant", 11);
  const ValueId x = net.input("x", 4, 24);
  std::vector<std::int8_t> numbers(4 * 8);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = static_cast<std::int8_t>(7 * i - 100);
  const ValueId constant = net.graph.add_constant("constant", Tensor::of<std::int8_t>({4, 8}, numbers));
  net.graph.add_output("y", net.layer(net.concat(1, {net.layer(x, 16), constant}), 12));
  expect_bit_exact(registries, net.graph, GetParam());
}

// More values than one buffer of a memory tile can take: parts of the concatenation are layers.
TEST_P(Views, ManyValuesMeetInParts) {
  NetworkBuilder net(registries, "many", 11);
  const ValueId x = net.input("x", 8, 16);
  std::vector<ValueId> parts;
  for (int first = 0; first < 9; first += 3) {
    const ValueId one = net.layer(x, 8 + first);
    parts.push_back(net.concat(1, {one, net.layer(one, 5), net.layer(x, 24)}));
  }
  const ValueId joined = net.concat(1, parts);
  net.graph.add_output("y", net.layer(joined, 10));
  expect_bit_exact(registries, net.graph, GetParam());
}

TEST_P(Views, RowsThatMoveAreRefused) {
  NetworkBuilder net(registries, "rows", 11);
  const ValueId x = net.input("x", 8, 16);
  const ValueId value = net.layer(x, 16);
  const ValueId stacked = net.concat(0, {value, value});
  net.graph.add_output("y", net.layer(stacked, 8));
  const MapResult result = map(registries, net.graph, GetParam());
  ASSERT_FALSE(result.design);
  EXPECT_EQ(result.diagnostics.exit_code(), 3);
  EXPECT_EQ(result.diagnostics.all().front().code, "array.view");
}

} // namespace
} // namespace tilewright::testing
