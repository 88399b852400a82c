// The closed form of the slot model against what the emulator counts in the emitted kernels.
#include "../backends/image_networks.h"
#include "emulation.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace tilewright::testing {
namespace {

class InstructionCount : public ::testing::TestWithParam<std::string> {
protected:
  Registries registries;

  // The kernel that a tile of a cascade runs.
  static std::string function_of(const KernelGroup& group, const KernelWork& work) {
    const int last = group.cascade_length() - 1;
    const std::size_t role = work.first_column == 0      ? 0
                             : work.first_column == last ? group.kernel_classes.size() - 1
                                                         : 1;
    return group.kernel_classes[role] + "::run";
  }

  // Work rebuilt from the counts of one kernel; what overlaps is the closed form's to say.
  static KernelWork counted_work(const std::vector<CountedLoop>& loops, const KernelWork& expected) {
    KernelWork work{expected.first_column, expected.columns, expected.locks, {}, {}};
    for (const CountedLoop& loop : loops) {
      if (loop.place == "-") {
        work.straight = loop.slots;
        continue;
      }
      LoopWork counted{.name = loop.place, .entries = loop.iterations / loop.count, .iterations = loop.count};
      const Instructions& s = loop.slots;
      const std::int64_t n = loop.iterations;
      counted.body = {s.loads / n,      s.stores / n,   s.multiplies / n,    s.vector_alu / n,
                      s.narrowings / n, s.shuffles / n, s.cascade_reads / n, s.cascade_writes / n};
      for (const LoopWork& same : expected.loops) {
        if (same.entries != counted.entries || same.iterations != counted.iterations) continue;
        counted.pipelined = same.pipelined;
        counted.recurrence = same.recurrence;
      }
      work.loops.push_back(counted);
    }
    return work;
  }

  void expect_counted(const NetworkSpec& spec, const MapOptions& options = {}) {
    expect_counted(make_network(registries, spec), options);
  }

  void expect_counted(const Graph& graph, const MapOptions& options = {}) {
    const MapResult mapped = map(registries, graph, GetParam(), options);
    ASSERT_TRUE(mapped.design) << text_of(mapped.diagnostics.all().front());
    const Timing& timing = registries.target(GetParam()).timing;
    std::map<std::pair<std::string, int>, std::vector<CountedLoop>> kernels;
    for (const CountedLoop& loop : count_instructions(registries, graph, *mapped.design)) {
      kernels[{loop.function, loop.kernel}].push_back(loop);
    }
    ASSERT_EQ(mapped.design->groups.size(), 1U) << "kernels are told apart by their functions";
    const KernelGroup& group = mapped.design->groups.front();
    ASSERT_EQ(static_cast<int>(kernels.size()), group.columns * group.rows);
    for (const KernelWork& work : group.work) {
      const KernelCycles closed = kernel_cycles(work, timing);
      int seen = 0;
      for (const auto& [kernel, loops] : kernels) {
        if (kernel.first != function_of(group, work)) continue;
        ++seen;
        const KernelCycles counted = kernel_cycles(counted_work(loops, work), timing);
        EXPECT_EQ(counted.issued.loads, closed.issued.loads) << kernel.first;
        EXPECT_EQ(counted.issued.stores, closed.issued.stores) << kernel.first;
        EXPECT_EQ(counted.issued.multiplies, closed.issued.multiplies) << kernel.first;
        EXPECT_EQ(counted.issued.vector_alu, closed.issued.vector_alu) << kernel.first;
        EXPECT_EQ(counted.issued.narrowings, closed.issued.narrowings) << kernel.first;
        EXPECT_EQ(counted.issued.shuffles, closed.issued.shuffles) << kernel.first;
        EXPECT_EQ(counted.issued.cascade_reads, closed.issued.cascade_reads) << kernel.first;
        EXPECT_EQ(counted.issued.cascade_writes, closed.issued.cascade_writes) << kernel.first;
        EXPECT_NEAR(static_cast<double>(counted.total), static_cast<double>(closed.total),
                    0.05 * static_cast<double>(closed.total))
            << kernel.first;
      }
      EXPECT_GT(seen, 0) << function_of(group, work);
    }
  }
};

TEST_P(InstructionCount, Cascades) { expect_counted(mlp(16, {384, 64})); }

TEST_P(InstructionCount, ALongInnerDimensionAndOddBlocks) { expect_counted(mlp(8, {512, 24})); }

TEST_P(InstructionCount, FourBitWeights) {
  NetworkSpec spec = mlp(16, {384, 64});
  spec.layers.front().weight_range = {-8, 7};
  expect_counted(spec);
}

TEST_P(InstructionCount, PartsOfTheBatch) {
  expect_counted(mlp(64, {64, 48}), {.objective = Objective::throughput, .most_tiles = 12});
}

TEST_P(InstructionCount, MultipliersAndBounds) {
  NetworkSpec spec = mlp(8, {32, 16});
  RequantizeAttributes& requantize = spec.layers.front().requantize;
  requantize.multiplier = {77777};
  requantize.shift = 24;
  requantize.range = {-100, 99};
  expect_counted(spec);
}

// Products of 32 bits; products of 16 bits with one multiplier, with its fraction, with a residual too.
TEST_P(InstructionCount, WaysToMultiply) {
  const auto with = [&](std::int64_t inputs, double accumulators, const IntegerRange& range) {
    NetworkSpec spec = mlp(8, {inputs, 16});
    RequantizeAttributes& requantize = spec.layers.front().requantize;
    requantize.multiplier = {static_cast<std::int64_t>(std::ldexp(1 / accumulators, 36))};
    requantize.shift = 36;
    requantize.range = range;
    expect_counted(spec);
  };
  with(32, 40.3, {-8, 7});
  with(32, 153.7, {-128, 127});
  with(32, 700.3, {-128, 127});
  with(128, 5000.3, {-128, 127});
}

TEST_P(InstructionCount, SixteenBits) {
  NetworkSpec spec = mlp(8, {64, 16});
  spec.input = ElementType::int16;
  spec.layers.front().requantize.element = ElementType::int16;
  spec.layers.front().requantize.range = {-32768, 32767};
  expect_counted(spec);
}

TEST_P(InstructionCount, Windows) {
  for (const std::int64_t stride : {1, 2}) {
    NetworkBuilder builder(registries, "windows", 1);
    const ValueId x = add_image(builder, "x", {1, 8, 8, 16});
    builder.graph.add_output("y", add_conv(builder, x, {.outputs = 16, .windows = square(3, stride)}));
    expect_counted(builder.graph);
  }
}

TEST_P(InstructionCount, WindowsOverFourBitWeights) {
  for (const std::int64_t width : {4, 8}) {
    NetworkBuilder builder(registries, "windows", 1);
    const ValueId x = add_image(builder, "x", {1, 8, width, 32});
    builder.graph.add_output("y", add_conv(builder, x, {.outputs = 16, .windows = square(3), .weight_bits = 4}));
    expect_counted(builder.graph);
  }
}

TEST_P(InstructionCount, Depthwise) {
  NetworkBuilder builder(registries, "depthwise", 1);
  const ValueId x = add_image(builder, "x", {1, 8, 8, 24});
  builder.graph.add_output("y", add_conv(builder, x, {.outputs = 24, .windows = square(5), .groups = 24}));
  expect_counted(builder.graph);
}

INSTANTIATE_TEST_SUITE_P(Targets, InstructionCount, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& info) { return info.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

} // namespace
} // namespace tilewright::testing
