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
  ElementType weights = ElementType::int8;
  IntegerRange weight_range; // of their values
  std::int64_t inputs = 0;   // channels of the input's buffer
  std::int64_t outputs = 0;
  std::int64_t groups = 1; // each of inputs / groups and outputs / groups channels
  bool by_channel = false; // groups count the buffer's channels, which then must have no gaps
  std::optional<PixelWindow> window;
  std::int64_t pad_value = 0;                       // what the window meets outside of the image
  bool same_weights = false;                        // all elements of the window have the same
  std::int64_t weight_count = 0;                    // products for each row of the result
  IntegerRange sums;                                // with biases
  const RequantizeAttributes* requantize = nullptr; // absent: accumulators leave
  const HalfwordStep* halfwords = nullptr;          // absent: not with products of 16 bits
  const Tensor* bias = nullptr;                     // [outputs]; absent: zero
  IntegerRange bias_range;                          // of its elements
  std::optional<Refusal> refusal;                   // why the array can't compute it
};

// The weight of element `tap` of the window between a channel of the input's buffer and an output channel; 0 where
// nothing connects them.
using WeightFunction = std::function<std::int64_t(std::int64_t tap, std::int64_t input, std::int64_t output)>;

// What dense layers and convolutions share: elements, weights [.., outputs], a bias, the requantization. Refused where
// the weights are computed.
Contraction with_weights(const LoweringContext& context);

// The layer's requantization, if it is merged with one.
const RequantizeAttributes* requantize_of(const LoweringContext& context);

// The hooks of a lowering, once a layer is described.
void prepare_contraction(const Contraction& described, Layer& layer);
Assessment assess_contraction(const LoweringContext& context, const Contraction& layer);
TileMemory contraction_memory(const LoweringContext& context, const Contraction& layer, const Tiling& tiling);
std::optional<WindowReads> contraction_reads(const LoweringContext& context, const Contraction& layer,
                                             const Tiling& tiling);
std::vector<KernelWork> contraction_work(const LoweringContext& context, const Contraction& layer,
                                         const Tiling& tiling);
KernelGroup build_contraction(const LoweringContext& context, const Contraction& layer, const WeightFunction& weight,
                              const Tiling& tiling);

// The lowering of `op`, from what its layers and their weights are.
template <Contraction (*describe)(const LoweringContext&), WeightFunction (*weights)(const LoweringContext&)>
Lowering contraction_lowering(std::string op, std::string summary) {
  using Context = LoweringContext;
  Lowering lowering;
  lowering.name = op;
  lowering.op = std::move(op);
  lowering.summary = std::move(summary);
  lowering.prepare = [](const Context& c, Layer& layer) { prepare_contraction(describe(c), layer); };
  lowering.assess = [](const Context& c) { return assess_contraction(c, describe(c)); };
  lowering.looks_at_windows = [](const Context& c) { return describe(c).window.has_value(); };
  lowering.reads = [](const Context& c, const Tiling& tiling) { return contraction_reads(c, describe(c), tiling); };
  lowering.memory = [](const Context& c, const Tiling& tiling) { return contraction_memory(c, describe(c), tiling); };
  lowering.work = [](const Context& c, const Tiling& tiling) { return contraction_work(c, describe(c), tiling); };
  lowering.build = [](const Context& c, const Tiling& tiling) {
    return build_contraction(c, describe(c), weights(c), tiling);
  };
  return lowering;
}

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

// Rows of 8 channels in the tables for products of 16 bits: those of a block, or two where there are many channels.
std::int64_t halfword_rows(const Tiling& tiling);

// The element that stores weights for the shape: their own, or the shape's where that is wider.
ElementType stored_weights(const Contraction& layer, const MmulShape& shape);
// Of one weight there; 4 where two share a byte.
int weight_bits(const Contraction& layer, const MmulShape& shape);

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

// An interval that no bias leaves, with what the padding's value adds to it; and one that sums do not leave either.
IntegerRange range_of_biases(const Contraction& layer);
IntegerRange sums_with_biases(const Contraction& layer);

std::variant<RequantizationPlan, Refusal> plan_for(const LoweringContext& context, const Contraction& layer,
                                                   const MmulShape& shape);

} // namespace tilewright
