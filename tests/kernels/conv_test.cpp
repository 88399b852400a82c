// Convolutions and poolings on the array: the host emulator against the reference executor, over shapes, widths and
// edges.
#include "../backends/image_networks.h"
#include "emulation.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Images : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  NetworkBuilder builder{registries, "images", 7};
  int outputs = 0;

  ValueId image(const Shape& shape, ElementType element = ElementType::int8) {
    return add_image(builder, fmt::format("x{}", builder.graph.inputs().size()), shape, element);
  }
  void leaves(ValueId value) { builder.graph.add_output(fmt::format("y{}", outputs++), value); }
  // Many layers side by side in one project: building it is what takes the time.
  void expect_exact(const MapOptions& options = {}) {
    expect_bit_exact(registries, builder.graph, GetParam(), 1, options);
  }

  std::vector<std::string> reasons() {
    std::vector<std::string> result;
    const MapResult mapped = map(registries, builder.graph, GetParam());
    for (const Diagnostic& diagnostic : mapped.diagnostics.all())
      result.push_back(diagnostic.reason);
    return result;
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Images, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(Images, WindowsOfEverySizeAndStride) {
  const ValueId x = image({1, 11, 13, 3});
  for (const std::int64_t kernel : {1, 2, 3, 5, 7})
    leaves(add_conv(builder, x, {.outputs = 5, .windows = square(kernel)}));
  for (const std::int64_t stride : {2, 3, 4})
    leaves(add_conv(builder, x, {.outputs = 8, .windows = square(3, stride)}));
  leaves(add_conv(builder, x, {.outputs = 9, .windows = square(3, 1, 2)}));
  leaves(add_conv(builder, x, {.outputs = 9, .windows = square(3, 2, 3)}));
  leaves(add_conv(builder, x, {.outputs = 4, .windows = square(11)}));
  expect_exact();
}

TEST_P(Images, FourBitWeights) {
  const ValueId x = image({1, 9, 10, 24});
  for (const std::int64_t stride : {1, 2, 3})
    leaves(add_conv(builder, x, {.outputs = 24, .windows = square(3, stride), .weight_bits = 4}));
  leaves(add_conv(builder, x, {.outputs = 5, .windows = square(1), .weight_bits = 4}));
  leaves(add_conv(builder, x, {.outputs = 8, .windows = square(3), .pad_value = -5, .weight_bits = 4}));
  leaves(add_conv(builder, x, {.outputs = 24, .windows = square(3), .groups = 24, .weight_bits = 4}));
  expect_exact();
}

TEST_P(Images, UnevenWindowsAndPadding) {
  const ValueId x = image({2, 7, 10, 12}, ElementType::uint8);
  leaves(add_conv(builder, x, {.outputs = 16, .windows = {{2, 3}, {1, 2}, {1, 1}, {0, 1}, {1, 0}}}));
  leaves(add_conv(builder, x, {.outputs = 3, .windows = {{7, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}}));
  leaves(add_conv(builder, x, {.outputs = 3, .windows = {{1, 10}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}}));
  leaves(add_conv(builder, x, {.outputs = 8, .windows = {{3, 3}, {1, 1}, {2, 1}, {3, 4}, {1, 2}}}));
  leaves(add_conv(builder, x, {.outputs = 8, .windows = {{3, 2}, {2, 1}, {1, 4}, {2, 0}, {0, 3}}}));
  expect_exact();
}

// Whose straight code would exceed program memory, were more than one block computed at once.
TEST_P(Images, LargeWindowsFarApart) {
  const ValueId x = image({1, 24, 24, 24});
  leaves(add_conv(builder, x, {.outputs = 24, .windows = {{11, 11}, {4, 4}, {1, 1}, {5, 5}, {5, 5}}}));
  leaves(add_conv(builder, x, {.outputs = 24, .windows = {{9, 9}, {3, 3}, {1, 1}, {4, 4}, {4, 4}}, .groups = 24}));
  expect_exact();
}

// Requantized in products of 16 bits: signed and unsigned, with and without a residual.
TEST_P(Images, MultipliersForEachChannel) {
  const ValueId x = image({1, 6, 8, 16});
  leaves(add_conv(builder, x, {.outputs = 24, .windows = square(3), .scaled = true}));
  leaves(add_conv(builder, x, {.outputs = 9, .windows = square(1), .result = ElementType::uint8, .scaled = true}));
  leaves(add_conv(builder, x, {.outputs = 16, .windows = square(5), .result = ElementType::uint8, .scaled = true}));
  leaves(add_conv(builder, x, {.outputs = 16, .windows = square(3, 2), .result = ElementType::int16, .scaled = true}));
  const ValueId shifted = image({1, 5, 5, 8}, ElementType::uint8);
  leaves(add_conv(builder, shifted, {.outputs = 16, .windows = square(3), .pad_value = 7, .scaled = true}));
  const ValueId wide = image({1, 5, 5, 8}, ElementType::int16);
  leaves(add_conv(builder, wide, {.outputs = 8, .windows = square(3), .scaled = true}));
  expect_exact();
}

TEST_P(Images, Groups) {
  const ValueId x = image({1, 6, 6, 24});
  leaves(add_conv(builder, x, {.outputs = 24, .windows = square(3), .groups = 24}));
  leaves(add_conv(builder, x, {.outputs = 48, .windows = square(3, 2), .groups = 24}));
  leaves(add_conv(builder, x, {.outputs = 16, .windows = square(3), .groups = 2}));
  leaves(add_conv(builder, x, {.outputs = 24, .windows = square(3), .groups = 3}));
  leaves(add_conv(builder, x, {.outputs = 72, .windows = square(1), .groups = 3}));
  const ValueId odd = image({1, 5, 5, 9});
  leaves(add_conv(builder, odd, {.outputs = 18, .windows = square(3), .groups = 9}));
  leaves(add_conv(builder, odd, {.outputs = 6, .windows = square(2), .groups = 3}));
  expect_exact();
}

TEST_P(Images, Elements) {
  for (const ElementType input : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16}) {
    const ValueId x = image({1, 5, 6, 10}, input);
    for (const ElementType weights : {ElementType::int8, ElementType::uint8, ElementType::int16}) {
      const bool mixed = size_in_bytes(input) == 1 && size_in_bytes(weights) == 2;
      if (mixed && GetParam() == "aie-mlv2") continue; // no such multiplication
      const ElementType result = weights == ElementType::int8 ? ElementType::int16 : ElementType::uint8;
      leaves(add_conv(builder, x, {.outputs = 11, .windows = square(3), .weights = weights, .result = result}));
    }
  }
  leaves(add_conv(builder, image({1, 4, 4, 8}), {.outputs = 8, .windows = square(3), .requantized = false}));
  expect_exact();
}

TEST_P(Images, OneDimension) {
  const ValueId x = image({2, 50, 12});
  leaves(add_conv(builder, x, {.outputs = 20, .windows = {{5}, {1}, {1}, {2}, {2}}}));
  leaves(add_conv(builder, x, {.outputs = 20, .windows = {{3}, {2}, {2}, {0}, {1}}}));
  leaves(add_max_pool(builder, x, {{4}, {4}, {1}, {0}, {0}}));
  // Longer than a bank: in pieces along the only row.
  leaves(add_conv(builder, image({2, 3000, 16}), {.outputs = 8, .windows = {{7}, {1}, {1}, {3}, {3}}}));
  expect_exact();
}

TEST_P(Images, Poolings) {
  const ValueId x = image({1, 9, 10, 13});
  leaves(add_max_pool(builder, x, {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}));
  leaves(add_max_pool(builder, x, {{3, 2}, {1, 3}, {2, 1}, {0, 0}, {0, 0}}));
  leaves(add_sum_pool(builder, x, {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}}));
  leaves(add_sum_pool(builder, x, {{9, 10}, {9, 10}, {1, 1}, {0, 0}, {0, 0}}));
  const ValueId positive = image({1, 8, 8, 8}, ElementType::uint8);
  leaves(add_max_pool(builder, positive, square(3, 2)));
  const ValueId wide = image({1, 6, 6, 20}, ElementType::int16);
  leaves(add_max_pool(builder, wide, {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}));
  leaves(add_sum_pool(builder, wide, {{6, 6}, {6, 6}, {1, 1}, {0, 0}, {0, 0}}));
  expect_exact();
}

TEST_P(Images, TablesAndBranches) {
  const ValueId x = image({1, 5, 7, 12});
  const ValueId a = add_table(builder, x, ElementType::int8);
  const ValueId b =
      add_table(builder, add_conv(builder, x, {.outputs = 12, .windows = square(3), .result = ElementType::uint8}),
                ElementType::int8, true);
  const ValueId sum = add_sum(builder, a, b);
  const ValueId joined = builder.concat(3, {sum, a, x});
  leaves(add_conv(builder, joined, {.outputs = 7, .windows = square(3, 2)}));
  const ValueId flat = add_flatten(builder, joined);
  leaves(builder.layer(flat, 10, 12));
  leaves(add_table(builder, x, ElementType::int16));
  leaves(add_table(builder, x, ElementType::int32));
  expect_exact();
}

// What stands outside of the image is a zero point: biases by position, in pieces and over cascades.
TEST_P(Images, PaddingWithAValue) {
  const ValueId x = image({1, 9, 10, 12}, ElementType::uint8);
  leaves(add_conv(builder, x, {.outputs = 11, .windows = square(3), .pad_value = 37}));
  leaves(add_conv(builder, x, {.outputs = 8, .windows = square(5, 2), .pad_value = 255}));
  leaves(add_conv(builder, x, {.outputs = 12, .windows = square(3), .groups = 12, .pad_value = 128}));
  leaves(add_sum_pool(builder, x, {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}}, 9));
  const ValueId large = image({1, 40, 30, 16}, ElementType::uint8);
  leaves(add_conv(builder, large, {.outputs = 64, .windows = square(3), .pad_value = 3}));
  leaves(add_conv(builder, image({1, 20, 8, 64}), {.outputs = 40, .windows = square(3), .pad_value = -7}));
  expect_exact();
}

TEST_P(Images, PaddingARowWithAValue) {
  const ValueId x = image({1, 300, 96}, ElementType::uint8);
  leaves(add_conv(builder, x, {.outputs = 8, .windows = {{7}, {2}, {1}, {3}, {3}}, .pad_value = 100}));
  expect_exact();
}

// Weights over cascades and stacks, bands over tiles.
TEST_P(Images, SpreadOverTiles) {
  const ValueId x = image({1, 12, 12, 32});
  const ValueId y = add_conv(builder, x, {.outputs = 64, .windows = square(3)});
  leaves(add_conv(builder, y, {.outputs = 64, .windows = square(3, 2)}));
  expect_exact({.objective = Objective::throughput, .most_tiles = GetParam() == "aie-ml" ? 96 : 64});
}

TEST_P(Images, LargeMapsInManyCalls) {
  const ValueId x = image({1, 30, 40, 8});
  const ValueId y = add_conv(builder, x, {.outputs = 24, .windows = square(3)});
  leaves(add_sum_pool(builder, add_conv(builder, y, {.outputs = 16, .windows = square(1)}),
                      {{30, 40}, {30, 40}, {1, 1}, {0, 0}, {0, 0}}));
  expect_exact();
}

// Images that no memory tile holds: bands of them, with what lies around, over several.
TEST_P(Images, LargerThanAMemoryTile) {
  const ValueId x = image({1, 190, 200, 3}, ElementType::uint8);
  const ValueId y =
      add_conv(builder, x, {.outputs = 8, .windows = square(5), .pad_value = 11, .result = ElementType::uint8});
  leaves(add_conv(builder, add_max_pool(builder, y, {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}}),
                  {.outputs = 9, .windows = square(3)}));
  expect_exact();
}

TEST_P(Images, LargerThanAMemoryTileOverManyTiles) {
  const ValueId x = image({1, 200, 180, 8});
  const ValueId y = add_conv(builder, x, {.outputs = 16, .windows = square(3, 2)});
  leaves(add_conv(builder, y, {.outputs = 8, .windows = square(3)}));
  expect_exact({.objective = Objective::throughput, .most_tiles = 24});
}

// What works element by element, on parts of the rows.
TEST_P(Images, BandsOfElementwiseLayers) {
  const ValueId x = image({1, 30, 40, 16});
  const ValueId y = add_conv(builder, x, {.outputs = 16, .windows = square(3), .scaled = true});
  const ValueId sum = add_sum(builder, y, x);
  const ValueId larger = add_extremum(builder, sum, x, false);
  leaves(add_product(builder, larger, y, {0, 0}));
  leaves(add_table(builder, add_table(builder, y, ElementType::int8, true), ElementType::int16));
  expect_exact({.objective = Objective::throughput, .most_tiles = 48});
}

// Two layers' bands meet side by side; layer by layer, the search would not find tilings for that.
TEST_P(Images, BandsOfJoinedValues) {
  const ValueId x = image({1, 110, 120, 3}, ElementType::uint8);
  const ValueId wide = add_conv(builder, x, {.outputs = 16, .windows = square(3)});
  const ValueId narrow = add_conv(builder, wide, {.outputs = 16, .windows = square(3)});
  const ValueId joined = builder.concat(3, {wide, narrow, add_conv(builder, x, {.outputs = 8, .windows = square(1)})});
  leaves(add_conv(builder, joined, {.outputs = 8, .windows = square(3)}));
  leaves(add_conv(builder, joined, {.outputs = 4, .windows = square(1)}));
  expect_exact();
}

TEST_P(Images, RowsLongerThanAMemoryTile) {
  const ValueId x = image({1, 50001, 2});
  const ValueId y = add_conv(builder, x, {.outputs = 8, .windows = {{5}, {1}, {2}, {4}, {4}}});
  leaves(add_conv(builder, y, {.outputs = 3, .windows = {{3}, {2}, {1}, {1}, {1}}}));
  expect_exact();
}

// Zeros that memory tiles read outside of the image must not count.
TEST_P(Images, MaximumOfNegativesWithPadding) {
  const ValueId x = image({1, 9, 10, 13});
  leaves(add_max_pool(builder, x, square(3)));
  leaves(add_max_pool(builder, x, {{3, 3}, {2, 2}, {1, 1}, {1, 1}, {1, 1}}));
  leaves(add_max_pool(builder, x, {{2, 3}, {3, 1}, {3, 2}, {2, 3}, {1, 4}}));
  leaves(add_max_pool(builder, image({1, 30, 20, 16}, ElementType::int16), square(5)));
  expect_exact();
}

TEST_P(Images, MaximumOfNegativesAlongARow) {
  leaves(add_max_pool(builder, image({1, 240, 200}), {{5}, {1}, {1}, {2}, {2}}));
  expect_exact();
}

TEST_P(Images, RefusesThreeDimensions) {
  const Windows cube{{2, 2, 2}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}};
  leaves(add_conv(builder, image({1, 4, 4, 4, 8}), {.outputs = 8, .windows = cube}));
  EXPECT_EQ(reasons(), std::vector<std::string>{"the window has more than two axes"});
}

TEST_P(Images, RefusesDifferentNumbersOfSamples) {
  const ValueId x = image({2, 4, 4, 8});
  leaves(add_conv(builder, x, {.outputs = 8, .windows = square(3)}));
  leaves(add_conv(builder, image({1, 4, 4, 8}), {.outputs = 8, .windows = square(3)}));
  EXPECT_EQ(reasons(), std::vector<std::string>{"layers work on different numbers of samples, 2 and 1"});
}

} // namespace
} // namespace tilewright::testing
