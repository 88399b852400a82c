// Views that move elements from row to row, each a layer of its own, in the host emulator against the reference
// executor.
#include "../backends/image_networks.h"
#include "emulation.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

std::vector<std::int64_t> repeated_indices(std::int64_t size, std::int64_t factor) {
  std::vector<std::int64_t> indices;
  for (std::int64_t i = 0; i < size * factor; ++i)
    indices.push_back(i / factor);
  return indices;
}

std::vector<std::int64_t> every(std::int64_t step, std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> indices;
  for (std::int64_t i = first; i < last; i += step)
    indices.push_back(i);
  return indices;
}

class Rearrange : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  NetworkBuilder builder{registries, "rearranged", 7};
  int outputs = 0;

  // A layer's result: views of what comes from outside are the host's.
  ValueId image(const Shape& shape, ElementType element = ElementType::int8) {
    const ValueId x = add_image(builder, fmt::format("x{}", builder.graph.inputs().size()), shape, element);
    return pointwise(x, shape.back(), element);
  }
  ValueId pointwise(ValueId x, std::int64_t channels, ElementType result = ElementType::int8) {
    const std::size_t axes = builder.graph.type(x).shape.size() - 2;
    const std::vector<std::int64_t> ones(axes, 1);
    const std::vector<std::int64_t> none(axes, 0);
    return add_conv(builder, x, {.outputs = channels, .windows = {ones, ones, ones, none, none}, .result = result});
  }
  ValueId reshape(ValueId x, Shape shape) { return add_reshape(builder, x, std::move(shape)); }
  ValueId gather(ValueId x, std::int64_t axis, std::vector<std::int64_t> indices) {
    return add_gather(builder, x, axis, std::move(indices));
  }
  ValueId upsample(ValueId x, std::int64_t down, std::int64_t along) {
    const Shape shape = builder.graph.type(x).shape;
    return gather(gather(x, 1, repeated_indices(shape[1], down)), 2, repeated_indices(shape[2], along));
  }
  // Read by a layer, so that the array has to make it.
  void leaves(ValueId value, std::int64_t channels = 5) {
    builder.graph.add_output(fmt::format("y{}", outputs++), pointwise(value, channels));
  }
  void expect_exact(const MapOptions& options = {}) {
    expect_bit_exact(registries, builder.graph, GetParam(), 1, options);
  }

  // Of what moves elements: tiles, and in which blocks (kernels/rearrange.h).
  struct Moving {
    int tiles = 0;
    std::string blocks;
  };
  std::vector<Moving> rearrangements(const MapOptions& options = {}) {
    std::vector<Moving> result;
    const MapResult mapped = map(registries, builder.graph, GetParam(), options);
    if (!mapped.design) return result;
    for (const KernelGroup& group : mapped.design->groups) {
      if (group.op != "rearrange") continue;
      result.push_back({group.rows, std::ranges::find(group.config, "blocks", &ConfigEntry::name)->value});
    }
    return result;
  }

  std::int64_t calls_of_rearrangements() {
    std::int64_t most = 0;
    const MapResult mapped = map(registries, builder.graph, GetParam());
    if (!mapped.design) return -1;
    for (const KernelGroup& group : mapped.design->groups) {
      if (group.op == "rearrange") most = std::max<std::int64_t>(most, group.repetitions);
    }
    return most;
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Rearrange, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(Rearrange, Upsampling) {
  const ValueId x = image({2, 5, 6, 12});
  leaves(upsample(x, 2, 2));
  leaves(upsample(x, 3, 1));
  leaves(gather(x, 2, {0, 0, 0, 1, 2, 2, 3, 4, 5, 5}));
  // Beside what it was made smaller from, as U-Nets have it.
  const ValueId small = add_max_pool(builder, image({2, 4, 8, 8}), {{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}});
  leaves(builder.concat(3, {upsample(pointwise(small, 16), 2, 2), image({2, 4, 8, 8})}));
  expect_exact();
}

TEST_P(Rearrange, SlicesOfImages) {
  const ValueId x = image({1, 9, 11, 10}, ElementType::uint8);
  leaves(gather(gather(x, 1, every(1, 1, 8)), 2, every(1, 3, 11)));
  leaves(gather(x, 1, every(2, 1, 9)));
  leaves(gather(gather(x, 2, every(3, 0, 11)), 3, every(1, 2, 7)));
  leaves(gather(x, 2, {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}));
  expect_exact();
}

TEST_P(Rearrange, PaddingWithAValue) {
  const ValueId x = image({1, 5, 7, 9});
  const ValueId padded = add_pad(builder, x, {0, 1, 2, 0}, {0, 3, 0, 0}, -77);
  leaves(padded);
  builder.graph.add_output("pooled", pointwise(add_max_pool(builder, padded, square(3)), 4));
  leaves(add_pad(builder, image({1, 4, 4, 8}, ElementType::uint8), {0, 0, 0, 0}, {0, 0, 0, 3}, 200));
  // Zeros behind every pixel, as transposed convolutions spread them.
  const ValueId apart = add_pad(builder, reshape(x, {1, 5, 1, 7, 1, 9}), {0, 0, 0, 0, 0, 0}, {0, 0, 1, 0, 2, 0}, 3);
  leaves(reshape(apart, {1, 10, 21, 9}));
  expect_exact();
}

TEST_P(Rearrange, Transposes) {
  const ValueId x = image({1, 6, 9, 8});
  leaves(add_transpose(builder, x, {0, 2, 1, 3}));
  leaves(add_transpose(builder, x, {0, 1, 3, 2}));
  leaves(add_transpose(builder, x, {0, 3, 1, 2}));
  const ValueId odd = image({1, 3, 5, 7});
  leaves(add_transpose(builder, odd, {0, 3, 2, 1}));
  leaves(reshape(odd, {1, 5, 3, 7})); // image rows of another width
  expect_exact();
}

TEST_P(Rearrange, DepthSpaceAndGroups) {
  for (const std::int64_t depth : {1, 3, 4, 8}) {
    const ValueId x = image({1, 4, 3, 4 * depth});
    const ValueId moved = add_transpose(builder, reshape(x, {1, 4, 3, 2, 2, depth}), {0, 1, 3, 2, 4, 5});
    leaves(reshape(moved, {1, 8, 6, depth}));
  }
  const ValueId space = image({1, 4, 6, 6});
  leaves(reshape(add_transpose(builder, reshape(space, {1, 2, 2, 3, 2, 6}), {0, 1, 3, 2, 4, 5}), {1, 2, 3, 24}));
  const ValueId groups = add_transpose(builder, reshape(space, {1, 4, 6, 2, 3}), {0, 1, 2, 4, 3});
  leaves(reshape(groups, {1, 4, 6, 6}));
  expect_exact();
}

TEST_P(Rearrange, Elements) {
  const ValueId x = image({1, 4, 5, 10}, ElementType::int16);
  leaves(upsample(x, 2, 2));
  leaves(add_transpose(builder, x, {0, 3, 1, 2}));
  const ValueId sums = add_conv(builder, x, {.outputs = 6, .windows = square(1), .requantized = false});
  for (const ValueId view : {upsample(sums, 1, 2), add_transpose(builder, sums, {0, 1, 3, 2})})
    builder.graph.add_output(fmt::format("y{}", outputs++),
                             builder.requantize({.multiplier = {3}, .shift = 12}, {view}));
  expect_exact();
}

TEST_P(Rearrange, SignalsInPieces) {
  const ValueId x = image({1, 1500, 16});
  leaves(gather(x, 1, repeated_indices(1500, 2)));
  leaves(gather(x, 1, every(1, 37, 1500)));
  leaves(add_pad(builder, x, {0, 5, 0}, {0, 0, 0}, 9));
  EXPECT_GT(calls_of_rearrangements(), 1);
  expect_exact();
}

TEST_P(Rearrange, BandsOfImages) {
  const ValueId x = image({1, 40, 42, 8});
  leaves(upsample(x, 2, 2));
  EXPECT_GT(calls_of_rearrangements(), 1);
  leaves(add_pad(builder, image({1, 50, 50, 8}), {0, 3, 1, 0}, {0, 2, 0, 0}, 9));
  const ValueId shuffled =
      add_transpose(builder, reshape(image({1, 24, 24, 32}), {1, 24, 24, 2, 2, 8}), {0, 1, 3, 2, 4, 5});
  leaves(reshape(shuffled, {1, 48, 48, 8}));
  expect_exact();
}

TEST_P(Rearrange, ConcatenationsOfOddWidths) {
  const ValueId x = image({1, 6, 7, 8});
  const ValueId joined = builder.concat(3, {pointwise(x, 5), pointwise(x, 12), pointwise(x, 3)});
  leaves(add_max_pool(builder, joined, square(3)));
  leaves(add_table(builder, joined, ElementType::uint8));
  leaves(add_conv(builder, joined, {.outputs = 20, .windows = square(3), .groups = 20}));
  expect_exact();
}

// A dense layer can't read an element twice: the rows that views make are written first.
TEST_P(Rearrange, RepeatedElementsBeforeADenseLayer) {
  const ValueId x = image({2, 5, 6, 17});
  const ValueId repeated = reshape(gather(x, 2, {4, 4}), {2, 170});
  builder.graph.add_output("y", builder.layer(repeated, 23, 12));
  expect_exact();
}

// Element by element, the row that an image becomes is written without the padding between image rows; a dense layer
// reads the image as it is.
TEST_P(Rearrange, RowsOfImagesElementByElement) {
  const ValueId row = reshape(image({1, 3, 5, 12}), {1, 180});
  builder.graph.add_output("scaled", builder.requantize({.multiplier = {77777}, .shift = 17}, {row}));
  const ValueId dense = builder.layer(row, 180);
  builder.graph.add_output("sum", builder.requantize({.multiplier = {3, 5}, .shift = 3}, {row, dense}));
  builder.graph.add_output("joined", builder.layer(builder.concat(1, {row, dense}), 7));
  EXPECT_EQ(rearrangements().size(), 1U);
  expect_exact();
}

// One pixel all over an image that is too large for one call.
TEST_P(Rearrange, OnePixelEverywhere) {
  const ValueId pixel = image({2, 1, 1, 9});
  leaves(upsample(pixel, 40, 60));
  leaves(upsample(pixel, 6, 7));
  EXPECT_GT(calls_of_rearrangements(), 1);
  expect_exact();
}

TEST_P(Rearrange, MixingOfTokens) {
  const ValueId x = image({2, 12, 16});
  const ValueId mixed = builder.layer(add_transpose(builder, x, {0, 2, 1}), 10);
  leaves(add_transpose(builder, mixed, {0, 2, 1}));
  expect_exact();
}

// Pixels become channels: in blocks, where the transposed axes begin at one.
TEST_P(Rearrange, TurnedBlocks) {
  for (const Shape& shape : {Shape{1, 12, 16}, {1, 30, 13}, {1, 49, 40}, {1, 4, 3}, {1, 33, 8}})
    leaves(add_transpose(builder, image(shape), {0, 2, 1}));
  leaves(add_transpose(builder, image({1, 20, 9}, ElementType::int16), {0, 2, 1}));
  leaves(add_transpose(builder, image({1, 3, 8, 20}), {0, 1, 3, 2}));
  for (const Moving& moving : rearrangements())
    EXPECT_EQ(moving.blocks, "1");
  expect_exact();
}

TEST_P(Rearrange, BlocksThatDoNotBeginAtOneAreNotTurned) {
  const ValueId x = image({1, 24, 16});
  leaves(add_transpose(builder, gather(x, 1, every(1, 2, 22)), {0, 2, 1}));
  leaves(add_transpose(builder, gather(x, 2, every(1, 3, 15)), {0, 2, 1}));
  leaves(add_transpose(builder, add_pad(builder, x, {0, 0, 0}, {0, 4, 0}, 7), {0, 2, 1}));
  for (const Moving& moving : rearrangements())
    EXPECT_EQ(moving.blocks, "0");
  expect_exact();
}

// Every second pixel from one place, the others from another or from nowhere.
TEST_P(Rearrange, WovenBlocks) {
  const ValueId x = image({1, 5, 6, 12});
  leaves(upsample(x, 2, 2));
  leaves(upsample(image({1, 3, 7, 9}, ElementType::int16), 1, 2));
  for (const std::int64_t depth : {8, 16}) {
    const ValueId space = reshape(image({1, 4, 5, 4 * depth}), {1, 4, 5, 2, 2, depth});
    leaves(reshape(add_transpose(builder, space, {0, 1, 3, 2, 4, 5}), {1, 8, 10, depth}));
  }
  const ValueId apart = add_pad(builder, reshape(x, {1, 5, 1, 6, 1, 12}), {0, 0, 0, 0, 0, 0}, {0, 0, 1, 0, 1, 0}, -3);
  leaves(reshape(apart, {1, 10, 12, 12}));
  leaves(gather(image({1, 1400, 8}), 1, repeated_indices(1400, 2))); // in pieces of the only row
  for (const Moving& moving : rearrangements())
    EXPECT_EQ(moving.blocks, "2");
  expect_exact();
}

// With tiles to spare, each makes a band of the result; of what is transposed all of them read everything.
TEST_P(Rearrange, BandsOverTiles) {
  const MapOptions options{.objective = Objective::throughput, .most_tiles = 60};
  leaves(upsample(image({1, 12, 14, 8}), 2, 2));
  leaves(add_transpose(builder, image({1, 64, 40}), {0, 2, 1}));
  const ValueId space = reshape(image({1, 8, 8, 12}), {1, 8, 8, 2, 2, 3});
  leaves(reshape(add_transpose(builder, space, {0, 1, 3, 2, 4, 5}), {1, 16, 16, 3}));
  leaves(reshape(image({1, 12, 10, 5}), {1, 120, 5}));
  leaves(gather(image({1, 600, 8}), 1, repeated_indices(600, 2)));
  int most = 0;
  for (const Moving& moving : rearrangements(options))
    most = std::max(most, moving.tiles);
  EXPECT_GT(most, 1);
  expect_exact(options);
}

TEST_P(Rearrange, WhatMixesSamplesOrRowsOfSeveralTensorsIsRefused) {
  const ValueId x = image({2, 4, 4, 8});
  builder.graph.add_output("samples", pointwise(add_transpose(builder, x, {1, 0, 2, 3}), 4));
  builder.graph.add_output("rows", pointwise(builder.concat(1, {x, x}), 4));
  const MapResult result = map(registries, builder.graph, GetParam());
  ASSERT_FALSE(result.design);
  ASSERT_EQ(result.diagnostics.all().size(), 2U);
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    EXPECT_EQ(diagnostic.code, "array.view");
    EXPECT_EQ(diagnostic.reason, "a view in front of the node mixes samples, or the rows of several tensors");
  }
}

} // namespace
} // namespace tilewright::testing
