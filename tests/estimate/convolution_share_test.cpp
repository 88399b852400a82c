// How near convolutions come to the multiplier's peak, by the slot model: <build>/convolutions.md. Kernels alone, all
// calls of one image: ramps, overhead, narrowing and the requantization included.
#include "../backends/image_networks.h"
#include "tests/support/source_tree.h"

#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

struct ConvolutionRow {
  std::int64_t kernel, inputs, outputs, size;
  double least; // share of the peak, with multipliers for each channel; 0: shown only
};

class ConvolutionShare : public ::testing::Test {
protected:
  Registries registries;

  // Useful products over those that the tiles could have done; the better of the fewest tiles and the fastest eight.
  double share(const std::string& target, const ConvolutionRow& row, bool scaled) {
    NetworkBuilder builder(registries, "convolution", 1);
    const ValueId x = add_image(builder, "x", {1, row.size, row.size, row.inputs});
    builder.graph.add_output(
        "y", add_conv(builder, x, {.outputs = row.outputs, .windows = square(row.kernel), .scaled = scaled}));
    const Target& device = registries.target(target);
    const double products = static_cast<double>(row.size * row.size * row.outputs) *
                            static_cast<double>(row.kernel * row.kernel * row.inputs);
    const std::int64_t peak = target == "aie-ml" ? 256 : 512; // products of bytes in a cycle
    double best = 0;
    for (const MapOptions& options : {MapOptions{}, MapOptions{.objective = Objective::throughput, .most_tiles = 8}}) {
      const MapResult mapped = map(registries, builder.graph, target, options);
      if (!mapped.design) continue;
      const KernelGroup& group = mapped.design->groups.front();
      std::int64_t cycles = 0;
      for (const KernelWork& work : group.work)
        cycles = std::max(cycles, kernel_cycles(work, device.timing).total);
      cycles *= mapped.design->iterations * group.repetitions;
      best = std::max(best, products / static_cast<double>(cycles * peak * group.columns * group.rows));
    }
    return best;
  }
};

TEST_F(ConvolutionShare, NearThePeakWithAnyScales) {
  std::string table =
      "| convolution | target | power-of-two scales | a multiplier for each channel |\n|---|---|---|---|\n";
  for (const ConvolutionRow& row :
       {ConvolutionRow{3, 8, 8, 32, 0}, ConvolutionRow{3, 16, 16, 32, 0.8}, ConvolutionRow{3, 32, 32, 32, 0.8},
        ConvolutionRow{3, 64, 64, 16, 0.8}, ConvolutionRow{5, 16, 16, 32, 0.8}, ConvolutionRow{1, 32, 32, 32, 0},
        ConvolutionRow{1, 64, 64, 32, 0}, ConvolutionRow{1, 128, 64, 32, 0.8}, ConvolutionRow{1, 128, 128, 32, 0.8},
        ConvolutionRow{1, 256, 64, 16, 0.8}}) {
    for (const std::string target : {"aie-ml", "aie-mlv2"}) {
      const double shifted = share(target, row, false);
      const double scaled = share(target, row, true);
      EXPECT_GE(scaled, row.least) << row.kernel << " x " << row.kernel << " x " << row.inputs << ", " << target;
      table += fmt::format("| {0} x {0}, {1} -> {2} channels, {3} x {3} | {4} | {5:.1f} % | {6:.1f} % |\n", row.kernel,
                           row.inputs, row.outputs, row.size, target, 100 * shifted, 100 * scaled);
    }
  }
  std::ofstream(testing::build_root() / "convolutions.md") << table;
}

} // namespace
} // namespace tilewright::testing
