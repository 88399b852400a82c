// The dense kernels in the host emulator against the reference executor: shapes, widths, scales and edge cases, on both
// generations. Several configurations share a network, because what costs time is the host compiler.
#include "emulation.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Dense : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;
  void expect_exact(const NetworkSpec& spec) {
    expect_bit_exact(registries, make_network(registries, spec), GetParam());
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Dense, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(Dense, OddShapesInCascadesAndRows) {
  NetworkSpec spec = mlp(7, {300, 257, 129, 13, 1, 5, 640, 17});
  for (LayerSpec& layer : spec.layers)
    layer.requantize.shift = 10;
  expect_exact(spec);
}

TEST_P(Dense, OneRowAndManyIterations) {
  expect_exact(mlp(1, {16, 64, 5}));
  expect_exact(mlp(131, {512, 40, 8}));
}

// Two weights to a byte: odd numbers of blocks, cascades, one layer of eight bits between.
TEST_P(Dense, FourBitWeights) {
  NetworkSpec spec = mlp(7, {300, 257, 24, 13, 1, 640, 8, 17});
  for (LayerSpec& layer : spec.layers) {
    layer.weight_range = {-8, 7};
    layer.requantize.shift = 6;
  }
  spec.layers[2].weight_range.reset();
  spec.layers[4].weight_range = {-1, 1};
  expect_exact(spec);
  NetworkSpec long_one = mlp(33, {2048, 40, 8});
  long_one.input = ElementType::uint8;
  long_one.layers[0].weight_range = {-8, 7};
  long_one.layers[0].requantize.shift = 9;
  expect_exact(long_one);
}

// Each rounding mode once, at shifts where ties are frequent.
TEST_P(Dense, RoundingModes) {
  NetworkSpec spec = mlp(16, std::vector<std::int64_t>(11, 16));
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    spec.layers[i].requantize.rounding = static_cast<Rounding>(i);
    spec.layers[i].requantize.shift = i % 2 == 0 ? 1 : 7;
    spec.layers[i].requantize.range = i % 3 == 0 ? IntegerRange{-100, 90} : IntegerRange{-128, 127};
  }
  expect_exact(spec);
}

TEST_P(Dense, ElementsThatEnterAndLeave) {
  NetworkSpec spec = mlp(9, {24, 40, 32, 24, 16, 24, 8});
  spec.input = ElementType::uint8;
  spec.layers[0].requantize = {.shift = 8, .element = ElementType::uint8, .range = {0, 255}};
  spec.layers[1].requantize = {.shift = 6, .element = ElementType::int16, .range = {-32768, 32767}};
  spec.layers[2].requantize = {.shift = 9, .element = ElementType::uint16, .range = {0, 65535}};
  spec.layers[3].requantize = {.shift = 18, .element = ElementType::uint16, .range = {3, 60000}};
  spec.layers[4].requantize = {.shift = 24, .element = ElementType::int8, .range = {-8, 7}};
  spec.layers[5].requantize = {.shift = 0, .element = ElementType::int16, .range = {-32768, 32767}};
  spec.layers[2].weights = ElementType::int8;
  spec.layers[3].weights = ElementType::int16;
  spec.layers[4].weights = ElementType::int16;
  spec.layers[5].weights = ElementType::uint8;
  expect_exact(spec);
}

// Wide weights with narrow activations: AIE-ML has a shape for them, AIE-MLv2 says that it has not.
TEST_P(Dense, EightBitActivationsBySixteenBitWeights) {
  NetworkSpec spec = mlp(8, {40, 24});
  spec.layers[0].weights = ElementType::int16;
  spec.layers[0].requantize.shift = 14;
  if (GetParam() == "aie-ml") {
    expect_exact(spec);
  } else {
    const MapResult result = map(registries, make_network(registries, spec), GetParam());
    ASSERT_FALSE(result.design);
    EXPECT_EQ(result.diagnostics.exit_code(), 3);
    EXPECT_EQ(result.diagnostics.all().front().reason, "no mmul shape multiplies i8 by i16");
  }
}

TEST_P(Dense, AccumulatorsThatLeave) {
  NetworkSpec spec = mlp(8, {40, 24, 10});
  spec.layers[1].requantized = false;
  expect_exact(spec);
  NetworkSpec unbiased = mlp(8, {300, 10});
  unbiased.layers[0].requantized = false;
  unbiased.layers[0].biased = false;
  expect_exact(unbiased);
}

// Multipliers per tensor and per channel, negative ones, addends of more than 32 bits, left shifts, and 16-bit results.
TEST_P(Dense, Multipliers) {
  NetworkSpec spec = mlp(12, {48, 32, 24, 40, 16, 8});
  spec.layers[0].requantize = {.multiplier = {1518500250}, .addend = {0}, .shift = 38};
  RequantizeAttributes per_channel{.shift = 36, .element = ElementType::uint8, .range = {0, 255}};
  per_channel.multiplier.clear();
  per_channel.addend.clear();
  for (std::int64_t i = 0; i < 24; ++i) {
    per_channel.multiplier.push_back((i % 2 == 0 ? 1 : -1) * (100'000'000 + 7'654'321 * i));
    per_channel.addend.push_back((i - 12) * 123'456'789'012);
  }
  spec.layers[1].requantize = per_channel;
  spec.layers[2].requantize = {
      .multiplier = {4}, .addend = {0}, .shift = 0, .element = ElementType::int16, .range = {-32768, 32767}};
  spec.layers[3].requantize = {.multiplier = {2147483647},
                               .addend = {-1},
                               .shift = 45,
                               .rounding = Rounding::half_away,
                               .element = ElementType::int16,
                               .range = {-32768, 32767}};
  spec.layers[4].requantize = {.multiplier = {3},
                               .addend = {7},
                               .shift = 15,
                               .rounding = Rounding::floor,
                               .element = ElementType::int32,
                               .range = {-2147483647 - 1, 2147483647}};
  expect_exact(spec);
}

TEST_P(Dense, MultipliersInTwoParts) {
  NetworkSpec spec = mlp(12, {64, 40, 24});
  spec.layers[0].requantize = {.multiplier = {70'368'744'177'663},
                               .addend = {123'456'789},
                               .shift = 21,
                               .prior_shift = 31,
                               .element = ElementType::int16,
                               .range = {-32768, 32767}};
  spec.layers[1].requantize = {.multiplier = {-4'398'046'511'105},
                               .addend = {-5},
                               .shift = 20,
                               .prior_shift = 31,
                               .rounding = Rounding::half_away,
                               .element = ElementType::int16,
                               .range = {-30000, 30000}};
  expect_exact(spec);
}

TEST_P(Dense, SumsOfMoreThanThirtyTwoBits) {
  NetworkSpec spec = mlp(8, {2048, 24, 16});
  spec.input = ElementType::int16;
  spec.layers[0].requantize = {.shift = 19, .element = ElementType::int16, .range = {-32768, 32767}};
  spec.layers[1].requantize = {.shift = 14, .rounding = Rounding::half_up};
  expect_exact(spec);
}

} // namespace
} // namespace tilewright::testing
