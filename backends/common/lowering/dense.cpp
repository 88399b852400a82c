// Dense layers on rows of tiles in cascade: kernels/dense.{h,cpp}.
#include "backends/common/blocks.h"
#include "backends/common/dense_work.h"
#include "backends/common/lowering.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace tilewright {

namespace {

// The layer's operands as the lowering uses them.
struct DenseLayer {
  const ValueType* input = nullptr;
  const Tensor* weights = nullptr; // [inputs, outputs]
  const Tensor* bias = nullptr;    // [outputs]; absent: zero
  IntegerRange sums;
  const RequantizeAttributes* requantize = nullptr; // absent: accumulators leave
  std::int64_t buffer_columns = 0;                  // of the input's buffer
  std::int64_t inputs() const { return buffer_columns; }
  std::int64_t outputs() const { return weights->shape()[1]; }
};

// The requantization that the layer's kernel does; nullptr: accumulators leave.
const RequantizeAttributes* requantize_of(const LoweringContext& context) {
  if (!context.layer.requantize) return nullptr;
  return &context.graph.node(*context.layer.requantize).attributes.as<RequantizeAttributes>();
}

DenseLayer dense_layer(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  DenseLayer layer;
  layer.input = &graph.type(node.operands[0]);
  layer.weights = graph.constant(node.operands[1]);
  if (node.operands.size() > 2) layer.bias = graph.constant(node.operands[2]);
  layer.sums = range_of(graph.type(node.results[0]));
  layer.buffer_columns = buffer_features(graph, context.layer.inputs.front());
  layer.requantize = requantize_of(context);
  return layer;
}

std::variant<RequantizationPlan, Refusal> plan_for(const DenseLayer& layer, const MmulShape& shape) {
  std::vector<std::int64_t> bias;
  if (layer.bias) bias = to_int64(*layer.bias);
  return plan_requantization(layer.requantize, layer.sums, shape.accumulator_bits,
                             static_cast<std::size_t>(layer.outputs()), std::move(bias));
}

// Whether the shape multiplies the layer's elements. Weights may be stored wider than they are.
bool multiplies(const MmulShape& shape, const DenseLayer& layer) {
  return size_in_bytes(shape.a) == size_in_bytes(layer.input->element) &&
         size_in_bytes(shape.b) >= size_in_bytes(layer.weights->element());
}

// The element that stores weights for the shape: their own, or the shape's where that is wider.
ElementType stored_weights(const MmulShape& shape, ElementType own) {
  return size_in_bytes(own) < size_in_bytes(shape.b) ? shape.b : own;
}

std::optional<Refusal> unsupported(const DenseLayer& layer) {
  const auto refuse = [](std::string reason, std::string hint) {
    return Refusal{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
  };
  if (!layer.weights) return refuse("the weights are not constant", "export the weights as initializers");
  if (!is_integer(layer.input->element) || size_in_bytes(layer.input->element) > 2) {
    return refuse(fmt::format("activations are {}", name_of(layer.input->element)), "quantize to 16 bits or fewer");
  }
  if (!is_integer(layer.weights->element()) || size_in_bytes(layer.weights->element()) > 2) {
    return refuse(fmt::format("weights are {}", name_of(layer.weights->element())), "quantize to 16 bits or fewer");
  }
  if (layer.bias && !storage_range(ElementType::int32).contains(value_range(*layer.bias))) {
    return refuse("a bias exceeds 32 bits", "use a coarser bias scale");
  }
  return std::nullopt;
}

// Why no tiling holds the weights: there are more banks of them than tiles, or, where only whole blocks stand in the
// way, the shortest possible cascade is longer than the array is wide.
Refusal too_many_weights(const DenseLayer& layer, const MmulShape& shape, std::int64_t weight_bytes,
                         const LoweringContext& context) {
  const std::int64_t bank = context.target.bank_bytes();
  const std::int64_t columns = context.device.columns - 1;
  const std::int64_t tiles = columns * context.device.rows;
  const std::int64_t banks =
      divide_up(round_up(layer.inputs(), shape.inner) * round_up(layer.outputs(), shape.columns) * weight_bytes, bank);
  const std::string hint = "use fewer features or narrower weights";
  if (banks > tiles) {
    return {ProblemKind::device,
            "tiles",
            "the weights of one layer need more tiles than the array has, one bank of weights each",
            banks,
            tiles,
            hint};
  }
  const std::int64_t output_slice = round_up(divide_up(layer.outputs(), context.device.rows), shape.columns);
  const std::int64_t block_bytes = shape.inner * output_slice * weight_bytes; // of one step of the inner dimension
  const std::int64_t steps = std::max<std::int64_t>(bank / block_bytes, 1);   // in one tile
  return {ProblemKind::device,
          "columns",
          "the weights of one layer, one bank of them a tile, need a longer cascade than the array has columns",
          divide_up(divide_up(layer.inputs(), shape.inner), steps),
          columns,
          hint};
}

bool is_multiple(std::int64_t value, std::int64_t unit) { return value % unit == 0; }

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

// Cascades of `length` tiles, with either bank plan: one stack with a slice of the output features each and, with
// `spread`, also cascades that share the rows of the batch, and stacks side by side.
void add_tilings(const LoweringContext& context, const DenseLayer& layer, const MmulShape& shape, int length,
                 std::vector<Tiling>& tilings) {
  const Device& device = context.device;
  const std::int64_t bank = context.target.bank_bytes();
  const auto weight_bytes = static_cast<std::int64_t>(size_in_bytes(stored_weights(shape, layer.weights->element())));
  const std::int64_t input_slice = round_up(divide_up(layer.inputs(), length), shape.inner);
  if ((length - 1) * input_slice >= layer.inputs()) return; // the last tile would only see padding
  const std::int64_t stacks = context.spread ? device.columns / length : 1;
  const std::int64_t most = std::min<std::int64_t>(stacks * device.rows, divide_up(layer.outputs(), shape.columns));
  for (int slices = 1; slices <= most; ++slices) {
    const std::int64_t output_slice = round_up(divide_up(layer.outputs(), slices), shape.columns);
    if ((slices - 1) * output_slice >= layer.outputs()) continue;
    if (input_slice * output_slice * weight_bytes > bank) continue;
    Tiling base{shape, length, slices, length, slices, input_slice, output_slice, false};
    if (!context.spread) {
      tilings.push_back(base);
      base.input_in_west = false;
      tilings.push_back(base);
      continue;
    }
    const std::int64_t blocks = divide_up(context.rows, shape.rows);
    for (int parts = 1; parts <= blocks && parts * slices <= stacks * device.rows; ++parts) {
      if (!is_multiple(blocks, parts)) continue;
      base.batch_parts = parts;
      for (const bool in_west : {false, true}) {
        base.input_in_west = in_west;
        add_stacks(base, length, parts * slices, device, tilings);
      }
    }
  }
}

Assessment assess(const LoweringContext& context) {
  Assessment result;
  const DenseLayer layer = dense_layer(context);
  if (const std::optional<Refusal> refusal = unsupported(layer)) return {{}, {*refusal}};
  for (const MmulShape& shape : context.target.mmul_shapes) {
    if (!multiplies(shape, layer)) continue;
    if (const auto plan = plan_for(layer, shape); std::holds_alternative<Refusal>(plan)) {
      result.refusals.push_back(std::get<Refusal>(plan));
      continue;
    }
    const std::int64_t most_columns =
        std::min<std::int64_t>(context.device.columns - 1, divide_up(layer.inputs(), shape.inner));
    for (int length = 1; length <= most_columns; ++length)
      add_tilings(context, layer, shape, length, result.tilings);
    if (!result.tilings.empty()) return result; // shapes are in order of preference
    const auto weight_bytes = static_cast<std::int64_t>(size_in_bytes(stored_weights(shape, layer.weights->element())));
    result.refusals.push_back(too_many_weights(layer, shape, weight_bytes, context));
    return result; // a shape with wider operands needs more
  }
  if (result.refusals.empty()) {
    result.refusals.push_back({ProblemKind::model, "",
                               fmt::format("no mmul shape multiplies {} by {}", name_of(layer.input->element),
                                           name_of(layer.weights->element())),
                               0, 0, "use 8-bit or 16-bit activations and weights"});
  }
  return result;
}

// What of the layer costs depend on; cheap, for the search asks it for every candidate.
DenseElements elements_of(const LoweringContext& context, const MmulShape& shape) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  return {graph.type(node.operands[0]).element, stored_weights(shape, graph.type(node.operands[1]).element),
          requantization_shape(requantize_of(context))};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const DenseElements elements = elements_of(context, tiling.shape);
  const auto bytes = [](ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); };
  const std::int64_t part = rows / tiling.batch_parts;
  TileMemory result;
  result.input = part * tiling.input_slice * bytes(elements.input);
  result.output = part * tiling.output_slice * bytes(elements.requantize.element);
  result.weights = tiling.input_slice * tiling.output_slice * bytes(elements.weights);
  const Node& node = context.graph.node(context.layer.node);
  const Tensor* bias = node.operands.size() > 2 ? context.graph.constant(node.operands[2]) : nullptr;
  const std::int64_t table =
      most_table_rows(requantize_of(context), range_of(context.graph.type(node.results[0])),
                      tiling.shape.accumulator_bits, bias != nullptr ? value_range(*bias) : IntegerRange{0, 0});
  // A tile alone has biases and table; in a cascade the first tile has the ones and the last the other.
  const std::int64_t lists = tiling.input_ports == 1 ? 1 + table : std::max<std::int64_t>(1, table);
  result.parameters = lists * tiling.output_slice * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  result.input_in_west = tiling.input_in_west;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  return dense_work(elements_of(context, tiling.shape), tiling, rows, context.target.timing);
}

// For each column of the input's buffer its row of weights; -1 where the column belongs to nobody.
std::vector<std::int64_t> weight_rows(const LoweringContext& context) {
  const InputLayout layout = input_layout(context.graph, context.layer.inputs.front());
  std::vector<std::int64_t> rows(static_cast<std::size_t>(layout.features), -1);
  for (std::size_t k = 0; k < layout.position.size(); ++k)
    rows[static_cast<std::size_t>(layout.position[k])] = static_cast<std::int64_t>(k);
  return rows;
}

// The weights of tile `column` for output slice `row`, in the order of kernels/dense.h, `group` block columns at a
// time; zeros past the layer's features.
Tensor packed_weights(const DenseLayer& layer, const std::vector<std::int64_t>& weight_row, const Tiling& tiling,
                      int group, int column, int row) {
  const MmulShape& shape = tiling.shape;
  const ElementType element = stored_weights(shape, layer.weights->element());
  Tensor result(element, {tiling.input_slice * tiling.output_slice});
  const auto pack = [&]<class Stored, class Own>(std::span<Stored> to, std::span<const Own> from) {
    std::size_t position = 0;
    const std::int64_t first_input = column * tiling.input_slice;
    const std::int64_t first_output = row * tiling.output_slice;
    for (std::int64_t output_group = 0; output_group < tiling.output_slice; output_group += group * shape.columns) {
      for (std::int64_t inner = 0; inner < tiling.input_slice; inner += shape.inner) {
        for (int block = 0; block < group; ++block) {
          for (int k = 0; k < shape.inner; ++k) {
            const std::int64_t column_in_buffer = first_input + inner + k;
            const std::int64_t input =
                column_in_buffer < layer.inputs() ? weight_row[static_cast<std::size_t>(column_in_buffer)] : -1;
            for (int n = 0; n < shape.columns; ++n, ++position) {
              const std::int64_t output = first_output + output_group + block * shape.columns + n;
              const bool real = input >= 0 && output < layer.outputs();
              if (real)
                to[position] = static_cast<Stored>(from[static_cast<std::size_t>(input * layer.outputs() + output)]);
            }
          }
        }
      }
    }
  };
  visit_elements(*layer.weights, [&](auto from) {
    switch (element) {
    case ElementType::int8:
      pack(result.mutable_data<std::int8_t>(), from);
      break;
    case ElementType::uint8:
      pack(result.mutable_data<std::uint8_t>(), from);
      break;
    case ElementType::uint16:
      pack(result.mutable_data<std::uint16_t>(), from);
      break;
    default:
      pack(result.mutable_data<std::int16_t>(), from);
      break;
    }
  });
  return result;
}

// Length of a parameter array: a tile alone has biases and table, in a cascade the first has biases, the last the
// table.
std::int64_t parameters_length(const RequantizationPlan& plan, const Tiling& tiling) {
  const std::int64_t table = table_length(plan, tiling.output_slice);
  return tiling.input_ports == 1 ? tiling.output_slice + table : std::max(tiling.output_slice, table);
}

// The parameter arrays of one cascade, one for each of its ends.
std::vector<Tensor> packed_parameters(const RequantizationPlan& plan, const Tiling& tiling, int slice) {
  std::vector<std::int32_t> biases;
  const std::int64_t first = slice * tiling.output_slice;
  for (std::int64_t i = first; i < first + tiling.output_slice; ++i) {
    const bool real = i < static_cast<std::int64_t>(plan.bias.size());
    biases.push_back(real ? static_cast<std::int32_t>(plan.bias[static_cast<std::size_t>(i)]) : 0);
  }
  std::vector<std::vector<std::int32_t>> ends{std::move(biases)};
  if (tiling.input_ports > 1) ends.emplace_back();
  append_table(plan, first, tiling.output_slice, ends.back());
  const std::int64_t length = parameters_length(plan, tiling);
  std::vector<Tensor> arrays;
  for (std::vector<std::int32_t>& end : ends) {
    end.resize(static_cast<std::size_t>(length), 0);
    arrays.push_back(Tensor::of<std::int32_t>({length}, end));
  }
  return arrays;
}

std::vector<ConfigEntry> config_for(const DenseLayer& layer, const Tiling& tiling, const DenseBlocking& blocking,
                                    const RequantizationPlan& plan, std::int64_t rows) {
  const MmulShape& shape = tiling.shape;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  std::vector<ConfigEntry> config{
      {"using", "input_type", std::string(type_name(layer.input->element))},
      {"using", "weight_type", std::string(type_name(stored_weights(shape, layer.weights->element())))},
      {"using", "accumulator_type", shape.accumulator_bits == 64 ? "acc64" : "acc32"},
      {"unsigned", "block_rows", number(shape.rows)},
      {"unsigned", "block_inner", number(shape.inner)},
      {"unsigned", "block_columns", number(shape.columns)},
      {"unsigned", "rows", number(rows / tiling.batch_parts)},
      {"unsigned", "inner", number(tiling.input_slice)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "tile_rows", number(blocking.rows)},
      {"unsigned", "tile_columns", number(blocking.columns)},
      {"bool", "unrolled", blocking.unrolled ? "true" : "false"},
      {"unsigned", "parameters", number(parameters_length(plan, tiling))},
      {"unsigned", "cascade_length", number(tiling.input_ports)},
      {"unsigned", "cascades", number(tiling.output_ports * tiling.batch_parts)},
      {"unsigned", "cascade_rows", number(tiling.rows)},
      {"unsigned", "batch_parts", number(tiling.batch_parts)},
      {"bool", "input_in_west", tiling.input_in_west ? "true" : "false"},
  };
  std::ranges::copy(config_entries(plan), std::back_inserter(config));
  return config;
}

// The roles in a cascade of `length` tiles.
std::vector<std::string> kernel_classes(int length) {
  if (length == 1) return {"dense_single"};
  if (length == 2) return {"dense_first", "dense_last"};
  return {"dense_first", "dense_middle", "dense_last"};
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const DenseLayer layer = dense_layer(context);
  const std::vector<std::int64_t> weight_row = weight_rows(context);
  const MmulShape& shape = tiling.shape;
  const RequantizationPlan plan = std::get<RequantizationPlan>(plan_for(layer, shape));
  const DenseBlocking blocking = dense_blocking(elements_of(context, shape), tiling, rows, context.target.timing);
  const int length = tiling.input_ports;
  const int parts = tiling.batch_parts;
  const std::int64_t part_rows = rows / parts;
  KernelGroup group;
  group.kernel = "dense";
  group.kernel_classes = kernel_classes(length);
  group.columns = tiling.columns;
  group.rows = tiling.rows;
  group.strips = tiling.strips;
  group.batch_parts = parts;
  group.input_in_west = tiling.input_in_west;
  group.config = config_for(layer, tiling, blocking, plan, rows);
  const std::int64_t inputs = length * tiling.input_slice;
  const std::int64_t outputs = tiling.output_ports * tiling.output_slice;
  for (int column = 0; column < length; ++column) {
    for (int part = 0; part < parts; ++part) {
      group.inputs.push_back(
          {layer.input->element, blocked_part(inputs, rows, column * tiling.input_slice, tiling.input_slice,
                                              part * part_rows, part_rows, shape.inner, shape.rows)});
    }
  }
  std::vector<ParameterArray> parameters;
  for (int cascade = 0; cascade < tiling.output_ports * parts; ++cascade) {
    const int slice = cascade / parts;
    const int first_column = cascade / tiling.rows * length;
    const int row = cascade % tiling.rows;
    group.outputs.push_back(
        {plan.element, blocked_part(outputs, rows, slice * tiling.output_slice, tiling.output_slice,
                                    cascade % parts * part_rows, part_rows, shape.columns, shape.rows)});
    for (int column = 0; column < length; ++column) {
      group.parameters.push_back({"weights",
                                  cascade * length + column,
                                  {first_column + column, row},
                                  1,
                                  packed_weights(layer, weight_row, tiling, blocking.columns, column, slice)});
    }
    std::vector<Tensor> arrays = packed_parameters(plan, tiling, slice);
    const int ends = static_cast<int>(arrays.size());
    for (int end = 0; end < ends; ++end) {
      const bool last = end + 1 == ends;
      const int input = last && length > 1 ? 3 : 2; // kernels/dense_graph.h: behind buffer, weights and cascade
      parameters.push_back({"parameters",
                            cascade * ends + end,
                            {first_column + (last ? length - 1 : 0), row},
                            input,
                            std::move(arrays[static_cast<std::size_t>(end)])});
    }
  }
  std::ranges::move(parameters, std::back_inserter(group.parameters));
  group.multiply_accumulates = rows * layer.weights->count();
  return group;
}

} // namespace

void register_dense_lowering(LoweringRegistry& registry) {
  registry.add({.name = "dense",
                .op = "dense",
                .summary = "rows of tiles in cascade, weights resident",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
