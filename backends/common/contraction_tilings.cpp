#include "backends/common/contraction.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

bool is_multiple(std::int64_t value, std::int64_t unit) { return value % unit == 0; }

// Whether the shape multiplies the layer's elements. Weights may be stored wider than they are.
bool multiplies(const MmulShape& shape, const Contraction& layer) {
  const std::int64_t half = std::int64_t{1} << std::max(shape.b_bits - 1, 0);
  const bool narrow = layer.weight_range.min >= -half && layer.weight_range.max < half;
  // Groups of channels are narrow already: wider operands would hold zeros.
  if (shape.b_bits > 0 && (!narrow || layer.groups > 1)) return false;
  return size_in_bytes(shape.a) == size_in_bytes(layer.input) && size_in_bytes(shape.b) >= size_in_bytes(layer.weights);
}

// The shapes for the layer, in order of preference: the narrower the weights, the more in a tile.
std::vector<MmulShape> shapes_for(const Target& target, const Contraction& layer) {
  std::vector<MmulShape> shapes;
  std::ranges::copy_if(target.mmul_shapes, std::back_inserter(shapes),
                       [&](const MmulShape& shape) { return multiplies(shape, layer); });
  std::ranges::stable_sort(shapes, {}, [&](const MmulShape& shape) { return weight_bits(layer, shape); });
  return shapes;
}

std::optional<Refusal> unsupported(const LoweringContext& context, const Contraction& layer) {
  const auto refuse = [](std::string reason, std::string hint) {
    return Refusal{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
  };
  if (layer.refusal) return layer.refusal;
  if (layer.by_channel && !input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    return scattered_columns();
  }
  if (!is_integer(layer.input) || size_in_bytes(layer.input) > 2) {
    return refuse(fmt::format("activations are {}", name_of(layer.input)), "quantize to 16 bits or fewer");
  }
  if (!is_integer(layer.weights) || size_in_bytes(layer.weights) > 2) {
    return refuse(fmt::format("weights are {}", name_of(layer.weights)), "quantize to 16 bits or fewer");
  }
  if (layer.bias && !storage_range(ElementType::int32).contains(layer.bias_range)) {
    return refuse("a bias exceeds 32 bits", "use a coarser bias scale");
  }
  if (!storage_range(ElementType::int32).contains(range_of_biases(layer))) {
    return refuse("a bias with what the padding adds to it may exceed 32 bits",
                  "use fewer channels, or zero points of 0");
  }
  return std::nullopt;
}

// Why no tiling holds the weights: there are more banks of them than tiles, or, where only whole blocks stand in the
// way, the shortest possible cascade is longer than the array is wide.
Refusal too_many_weights(const Contraction& layer, const MmulShape& shape, const LoweringContext& context) {
  const std::int64_t bank = context.target.bank_bytes();
  const std::int64_t columns = context.device.columns - 1;
  const std::int64_t tiles = columns * context.device.rows;
  const std::int64_t bits = weight_taps(layer) * weight_bits(layer, shape);
  const std::int64_t banks =
      divide_up(round_up(layer.inputs, shape.inner) * round_up(layer.outputs, shape.columns) * bits, 8 * bank);
  const std::string hint = "use fewer features or narrower weights";
  if (banks > tiles) {
    return {ProblemKind::device,
            "tiles",
            "the weights of one layer need more tiles than the array has, one bank of weights each",
            banks,
            tiles,
            hint};
  }
  const std::int64_t output_slice = round_up(divide_up(layer.outputs, context.device.rows), shape.columns);
  const std::int64_t block_bytes = shape.inner * output_slice * bits / 8; // of one step of the inner dimension
  if (block_bytes > bank) {
    return {ProblemKind::device,
            "bytes of weights in a tile",
            "the window is too large for the weights of one block of channels",
            block_bytes,
            bank,
            "use smaller windows"};
  }
  const std::int64_t steps = bank / block_bytes; // in one tile
  return {ProblemKind::device,
          "columns",
          "the weights of one layer, one bank of them a tile, need a longer cascade than the array has columns",
          divide_up(divide_up(layer.inputs, shape.inner), steps),
          columns,
          hint};
}

// Ways to stack `cascades` of `length` tiles on the array: as high as it goes first.
void add_stacks(const Tiling& base, int length, int cascades, const Device& device, std::vector<Tiling>& tilings) {
  for (int rows = std::min(cascades, device.rows); rows >= 1; --rows) {
    if (!is_multiple(cascades, rows) || cascades / rows * length > device.columns) continue;
    // Input buffers in the tile to the west would meet the output buffers of the stack there.
    if (base.input_in_west && cascades != rows) continue;
    Tiling tiling = base;
    tiling.rows = rows;
    tiling.strips = cascades / rows;
    tiling.columns = tiling.strips * length;
    tilings.push_back(tiling);
    return;
  }
}

// Into how many parts the rows may be cut, over tiles: blocks of a matrix, or image rows.
bool divides_rows(const LoweringContext& context, const Contraction& layer, const MmulShape& shape, int parts) {
  const RowLayout out = output_image(context);
  if (layer.window) {
    const std::int64_t units = out.height > 1 ? out.height : out.pitch / shape.rows;
    return divide_up(units, divide_up(units, parts)) == parts;
  }
  const std::int64_t rows = context.iteration.by_sample ? out.rows() : context.rows;
  return is_multiple(divide_up(rows, shape.rows), parts);
}

// `base` with either bank plan: one stack and, with `spread`, also cascades that share the rows, and stacks side by
// side.
void add_cascades(const LoweringContext& context, const Contraction& layer, Tiling base, int length,
                  std::vector<Tiling>& tilings) {
  const Device& device = context.device;
  const int slices = base.output_ports;
  if (!context.spread) {
    for (const bool in_west : {true, false}) {
      base.input_in_west = in_west;
      tilings.push_back(base);
    }
    return;
  }
  const int stacks = device.columns / length;
  const std::int64_t most =
      context.iteration.by_sample ? stacks * device.rows : divide_up(context.rows, base.shape.rows);
  for (int parts = 1; parts <= most && parts * slices <= stacks * device.rows; ++parts) {
    if (!divides_rows(context, layer, base.shape, parts)) continue;
    base.batch_parts = parts;
    for (const bool in_west : {false, true}) {
      base.input_in_west = in_west;
      add_stacks(base, length, parts * slices, device, tilings);
    }
  }
}

// Cascades of `length` tiles, each with a slice of the output channels.
void add_tilings(const LoweringContext& context, const Contraction& layer, const MmulShape& shape, int length,
                 std::vector<Tiling>& tilings) {
  const Device& device = context.device;
  const std::int64_t bits = weight_taps(layer) * weight_bits(layer, shape);
  const std::int64_t input_slice = round_up(divide_up(layer.inputs, length), shape.inner);
  if ((length - 1) * input_slice >= layer.inputs) return; // the last tile would only see padding
  const std::int64_t stacks = context.spread ? device.columns / length : 1;
  const std::int64_t most = std::min<std::int64_t>(stacks * device.rows, divide_up(layer.outputs, shape.columns));
  for (int slices = 1; slices <= most; ++slices) {
    const std::int64_t output_slice = round_up(divide_up(layer.outputs, slices), shape.columns);
    if ((slices - 1) * output_slice >= layer.outputs) continue;
    if (input_slice * output_slice * bits > 8 * context.target.bank_bytes()) continue;
    Tiling base;
    base.shape = shape;
    base.columns = length;
    base.rows = slices;
    base.input_ports = length;
    base.output_ports = slices;
    base.input_slice = input_slice;
    base.output_slice = output_slice;
    add_cascades(context, layer, base, length, tilings);
  }
}

// Sets of channels that have nothing to do with each other: some of them to a tile.
void add_separate_tilings(const LoweringContext& context, const Contraction& layer, const MmulShape& shape,
                          const ChannelBlocks& blocks, std::vector<Tiling>& tilings) {
  const Device& device = context.device;
  const std::int64_t set_bytes = weight_taps(layer) * weight_bits(layer, shape) * blocks.inputs * blocks.outputs / 8;
  const std::int64_t stacks = context.spread ? device.columns : 1;
  const std::int64_t most = std::min<std::int64_t>(stacks * device.rows, blocks.sets);
  for (int slices = 1; slices <= most; ++slices) {
    const std::int64_t sets = divide_up(blocks.sets, slices);
    if ((slices - 1) * sets >= blocks.sets || sets * set_bytes > context.target.bank_bytes()) continue;
    Tiling base;
    base.shape = shape;
    base.rows = slices;
    base.input_ports = slices;
    base.output_ports = slices;
    base.input_slice = sets * blocks.inputs;
    base.output_slice = sets * blocks.outputs;
    base.same_slice = true;
    add_cascades(context, layer, base, 1, tilings);
  }
}

} // namespace

Assessment assess_contraction(const LoweringContext& context, const Contraction& layer) {
  if (const std::optional<Refusal> refusal = unsupported(context, layer)) return {{}, {*refusal}};
  Assessment result;
  for (const MmulShape& shape : shapes_for(context.target, layer)) {
    if (const auto plan = plan_for(context, layer, shape); std::holds_alternative<Refusal>(plan)) {
      result.refusals.push_back(std::get<Refusal>(plan));
      continue;
    }
    const ChannelBlocks blocks = channel_blocks(layer, shape);
    if (blocks.separate) {
      add_separate_tilings(context, layer, shape, blocks, result.tilings);
    } else {
      const std::int64_t most_columns =
          std::min<std::int64_t>(context.device.columns - 1, divide_up(layer.inputs, shape.inner));
      for (int length = 1; length <= most_columns; ++length)
        add_tilings(context, layer, shape, length, result.tilings);
    }
    // Four bits are half of eight, but take more to bring together: which is better depends on the windows.
    if (shape.b_bits > 0 && !result.tilings.empty()) continue;
    if (result.tilings.empty()) result.refusals.push_back(too_many_weights(layer, shape, context));
    return result; // a shape with wider operands needs more
  }
  if (!result.tilings.empty()) return result;
  if (result.refusals.empty()) {
    result.refusals.push_back(
        {ProblemKind::model, "",
         fmt::format("no mmul shape multiplies {} by {}", name_of(layer.input), name_of(layer.weights)), 0, 0,
         "use 8-bit or 16-bit activations and weights"});
  }
  return result;
}

} // namespace tilewright
