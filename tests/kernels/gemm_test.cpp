// A matrix product that fills the whole VEK280, in the emulator.
#include "emulation.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

// The product of 512 x 896 by 896 x 576 that published figures are about (tests/estimate/targets_test.cpp).
TEST(Gemm, OnTheWholeArrayIsBitExact) {
  const Registries registries;
  const Graph graph = make_network(registries, mlp(512, {896, 576}));
  const MapOptions options{.objective = Objective::throughput};
  EXPECT_EQ(tile_count(*map(registries, graph, "aie-ml", options).design), 288);
  expect_bit_exact(registries, graph, "aie-ml", 1, options);
}

} // namespace
} // namespace tilewright::testing
