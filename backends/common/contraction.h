// A layer of sums of products as its tiles compute it (kernels/contraction.h): dense layers, convolutions, sums over
// windows. What the three have in common for the search, the estimate and the emitted project.
#pragma once

#include "backends/common/lowering.h"
#include "backends/common/requantization.h"
#include "backends/common/windows_of_pixels.h"

#include <functional>
#include <variant>
#include <vector>

namespace tilewright {

// The layer, without what only its parameters need.
struct Contraction {
  ElementType input = ElementType::int8;
  ElementType weights = ElementType::int8; // their own element, or one that holds them
  std::int64_t inputs = 0;                 // channels of the input's buffer
  std::int64_t outputs = 0;
  std::int64_t groups = 1; // each of inputs / groups and outputs / groups channels
  std::optional<PixelWindow> window;
  bool same_weights = false;                        // all elements of the window have the same
  std::int64_t weight_count = 0;                    // products for each row of the result
  IntegerRange sums;                                // with biases
  const RequantizeAttributes* requantize = nullptr; // absent: accumulators leave
  const Tensor* bias = nullptr;                     // [outputs]; absent: zero
  std::optional<Refusal> refusal;                   // why the array can't compute it
};

// The weight of element `tap` of the window between a channel of the input's buffer and an output channel; 0 where
// nothing connects them.
using WeightFunction = std::function<std::int64_t(std::int64_t tap, std::int64_t input, std::int64_t output)>;

// The layer's requantization, if it is merged with one.
const RequantizeAttributes* requantize_of(const LoweringContext& context);

// The hooks of a lowering, once a layer is described.
Assessment assess_contraction(const LoweringContext& context, const Contraction& layer);
TileMemory contraction_memory(const LoweringContext& context, const Contraction& layer, const Tiling& tiling);
std::optional<WindowReads> contraction_reads(const LoweringContext& context, const Contraction& layer,
                                             const Tiling& tiling);
std::vector<KernelWork> contraction_work(const LoweringContext& context, const Contraction& layer,
                                         const Tiling& tiling);
KernelGroup build_contraction(const LoweringContext& context, const Contraction& layer, const WeightFunction& weight,
                              const Tiling& tiling);

// Blocks of channels that belong together. Groups of channels that are narrower than a block are merged until they fill
// whole ones.
struct ChannelBlocks {
  bool separate = false;   // several sets, each with input channels of its own
  std::int64_t sets = 1;   // of the layer
  std::int64_t inputs = 0; // channels of a set; without `separate` those of the layer
  std::int64_t outputs = 0;
};
ChannelBlocks channel_blocks(const Contraction& layer, const MmulShape& shape);

// Blocks of input channels that one block of output channels sees in a tile, and blocks of output channels that see
// them.
std::int64_t group_inner(const Contraction& layer, const Tiling& tiling);
std::int64_t group_columns(const Contraction& layer, const Tiling& tiling);

// The element that stores weights for the shape: their own, or the shape's where that is wider.
ElementType stored_weights(const Contraction& layer, const MmulShape& shape);

// Elements of the window with weights of their own.
std::int64_t weight_taps(const Contraction& layer);

// Accumulators that a kernel keeps at once, in blocks, and what is straight code (kernels/contraction.h).
struct ContractionBlocking {
  int rows = 1;
  int columns = 1;
  int straight = 0;
};
ContractionBlocking contraction_blocking(const LoweringContext& context, const Contraction& layer,
                                         const Tiling& tiling);

std::variant<RequantizationPlan, Refusal> plan_for(const Contraction& layer, const MmulShape& shape);

} // namespace tilewright
