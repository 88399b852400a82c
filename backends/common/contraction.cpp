#include "backends/common/contraction.h"

#include "backends/common/contraction_bias.h"
#include "backends/common/views.h"

#include <algorithm>
#include <cstdlib>

namespace tilewright {

const RequantizeAttributes* requantize_of(const LoweringContext& context) {
  if (!context.layer.requantize) return nullptr;
  return &context.graph.node(*context.layer.requantize).attributes.as<RequantizeAttributes>();
}

Contraction with_weights(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  const ValueType& weights = graph.type(node.operands[1]);
  Contraction layer;
  layer.input = graph.type(node.operands[0]).element;
  layer.weights = weights.element;
  layer.weight_range = range_of(weights);
  layer.inputs = buffer_features(graph, context.layer.inputs.front(), context.iteration);
  layer.outputs = weights.shape.back();
  layer.weight_count = *element_count(weights.shape);
  layer.sums = range_of(graph.type(node.results[0]));
  if (node.operands.size() > 2) {
    layer.bias = graph.constant(node.operands[2]);
    if (layer.bias != nullptr) layer.bias_range = range_of(graph.type(node.operands[2]));
  }
  layer.requantize = requantize_of(context);
  layer.halfwords = context.layer.halfwords.get();
  if (graph.constant(node.operands[1]) == nullptr) {
    layer.refusal =
        Refusal{ProblemKind::model, "", "the weights are not constant", 0, 0, "export the weights as initializers"};
  }
  return layer;
}

void prepare_contraction(const Contraction& described, Layer& layer) {
  if (described.requantize == nullptr || described.refusal || is_shift(*described.requantize)) return;
  if (auto step = find_halfword_step(*described.requantize, sums_with_biases(described),
                                     static_cast<std::size_t>(described.outputs))) {
    layer.halfwords = std::make_shared<const HalfwordStep>(*std::move(step));
  }
}

ElementType stored_weights(const Contraction& layer, const MmulShape& shape) {
  return size_in_bytes(layer.weights) < size_in_bytes(shape.b) ? shape.b : layer.weights;
}

int weight_bits(const Contraction& layer, const MmulShape& shape) {
  return shape.b_bits > 0 ? shape.b_bits : 8 * static_cast<int>(size_in_bytes(stored_weights(layer, shape)));
}

IntegerRange range_of_biases(const Contraction& layer) {
  const IntegerRange& range = layer.bias_range;
  if (layer.pad_value == 0) return range;
  const std::int64_t largest = std::max(-layer.weight_range.min, layer.weight_range.max);
  const std::int64_t reach = layer.weight_count / layer.outputs * largest * std::abs(layer.pad_value);
  return {range.min - reach, range.max + reach};
}

IntegerRange sums_with_biases(const Contraction& layer) {
  const IntegerRange biases = range_of_biases(layer);
  return {std::min(layer.sums.min, biases.min), std::max(layer.sums.max, biases.max)};
}

std::variant<RequantizationPlan, Refusal> plan_for(const LoweringContext& context, const Contraction& layer,
                                                   const MmulShape& shape) {
  std::vector<std::int64_t> bias;
  if (layer.bias) bias = to_int64(*layer.bias);
  auto plan = plan_requantization(layer.requantize, layer.sums, shape.accumulator_bits,
                                  static_cast<std::size_t>(layer.outputs), std::move(bias), context.target.timing);
  if (auto* found = std::get_if<RequantizationPlan>(&plan)) {
    if (found->mode == RequantizationPlan::Mode::multiply && layer.halfwords != nullptr) {
      use_halfwords(*found, *layer.halfwords);
    } else {
      fold_addends(*found, sums_with_biases(layer));
    }
  }
  return plan;
}

std::int64_t weight_taps(const Contraction& layer) {
  return layer.window && !layer.same_weights ? layer.window->elements() : 1;
}

ChannelBlocks channel_blocks(const Contraction& layer, const MmulShape& shape) {
  const ChannelBlocks together{false, 1, layer.inputs, layer.outputs};
  if (layer.groups == 1) return together;
  const std::int64_t inputs = layer.inputs / layer.groups;
  const std::int64_t outputs = layer.outputs / layer.groups;
  for (std::int64_t merged = 1; merged < layer.groups; ++merged) {
    if (merged * inputs % shape.inner != 0 || merged * outputs % shape.columns != 0) continue;
    const std::int64_t sets = divide_up(layer.groups, merged);
    // A last set that is mostly padding would make more channels than its readers expect.
    if (sets * merged * outputs > round_up(layer.outputs, shape.columns)) break;
    return {true, sets, merged * inputs, merged * outputs};
  }
  return together;
}

std::int64_t halfword_rows(const Tiling& tiling) {
  constexpr std::int64_t most_columns = 128; // whose tables take no more than half a bank
  return tiling.output_slice <= most_columns ? tiling.shape.rows : std::min(tiling.shape.rows, 2);
}

std::int64_t group_inner(const Contraction& layer, const Tiling& tiling) {
  const ChannelBlocks blocks = channel_blocks(layer, tiling.shape);
  return (blocks.separate ? blocks.inputs : tiling.input_slice) / tiling.shape.inner;
}

std::int64_t group_columns(const Contraction& layer, const Tiling& tiling) {
  const ChannelBlocks blocks = channel_blocks(layer, tiling.shape);
  return (blocks.separate ? blocks.outputs : tiling.output_slice) / tiling.shape.columns;
}

std::optional<WindowReads> contraction_reads(const LoweringContext& context, const Contraction& layer,
                                             const Tiling& tiling) {
  if (!layer.window) return std::nullopt;
  return reads_of(context, *layer.window, tiling);
}

TileMemory contraction_memory(const LoweringContext& context, const Contraction& layer, const Tiling& tiling) {
  const auto bytes = [](ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); };
  const MmulShape& shape = tiling.shape;
  const RequantizationShape requantize = requantization_shape(layer.requantize);
  std::int64_t in_rows = tiling.piece_rows;
  if (layer.window) {
    const WindowReads reads = *contraction_reads(context, layer, tiling);
    in_rows = reads.width * reads.height;
  }
  TileMemory result;
  result.input = in_rows * tiling.input_slice * bytes(layer.input);
  result.output = tiling.piece_rows * tiling.output_slice * bytes(requantize.element);
  result.weights = weight_taps(layer) * group_inner(layer, tiling) * shape.inner * tiling.output_slice *
                   weight_bits(layer, shape) / 8;
  const std::int64_t table_rows =
      layer.halfwords != nullptr
          ? halfword_table_rows(*layer.halfwords, halfword_rows(tiling))
          : most_table_rows(layer.requantize, layer.sums, shape.accumulator_bits, layer.bias_range);
  const std::int64_t table = table_rows * tiling.output_slice;
  const std::int64_t bias = bias_length(bias_layout(context, layer, tiling), tiling);
  // A tile alone has biases and table; in a cascade the first tile has the ones and the last the other.
  const std::int64_t entries = tiling.cascade_length() == 1 ? bias + table : std::max(bias, table);
  result.parameters = entries * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  result.input_in_west = tiling.input_in_west;
  return result;
}

} // namespace tilewright
