// Dense layers on rows of tiles in cascade: kernels/dense.{h,cpp}.
#include "backends/common/blocks.h"
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

DenseLayer dense_layer(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  DenseLayer layer;
  layer.input = &graph.type(node.operands[0]);
  layer.weights = graph.constant(node.operands[1]);
  if (node.operands.size() > 2) layer.bias = graph.constant(node.operands[2]);
  layer.sums = range_of(graph.type(node.results[0]));
  layer.buffer_columns = buffer_features(graph, context.layer.inputs.front());
  if (context.layer.requantize) {
    layer.requantize = &graph.node(*context.layer.requantize).attributes.as<RequantizeAttributes>();
  }
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
ElementType stored_weights(const MmulShape& shape, const DenseLayer& layer) {
  const ElementType own = layer.weights->element();
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
  const auto weight_bytes = static_cast<std::int64_t>(size_in_bytes(stored_weights(shape, layer)));
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
    const auto weight_bytes = static_cast<std::int64_t>(size_in_bytes(stored_weights(shape, layer)));
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

TileMemory memory(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const DenseLayer layer = dense_layer(context);
  const auto bytes = [](ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); };
  const ElementType out = layer.requantize ? layer.requantize->element : ElementType::int32;
  const std::int64_t part = rows / tiling.batch_parts;
  TileMemory result;
  result.input = part * tiling.input_slice * bytes(layer.input->element);
  result.output = part * tiling.output_slice * bytes(out);
  result.weights = tiling.input_slice * tiling.output_slice * bytes(stored_weights(tiling.shape, layer));
  // The multiplier table is counted always: whether it is there is known only when the plan is made.
  result.parameters =
      (1 + most_table_rows(layer.requantize)) * tiling.output_slice * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  result.input_in_west = tiling.input_in_west;
  return result;
}

// Accumulators that a kernel keeps at once, in blocks, and whether the inner dimension is straight code.
struct Blocking {
  int rows = 1;
  int columns = 1;
  bool unrolled = false;
};

// Instructions of a group's inner dimension that still fit program memory: the pipelined loop over the groups takes up
// to three times its body, of at most 16 bytes an instruction.
constexpr std::int64_t most_unrolled_multiplies = 128;

// One step along the inner dimension, and setting and taking one block of accumulators by the tile's role: the same
// order as in kernels/dense.cpp.
struct DenseSteps {
  Instructions step;
  Instructions first, from_cascade, bias, to_cascade, store;
};

DenseSteps dense_steps(const LoweringContext& context, const DenseLayer& layer, const Tiling& tiling,
                       const Blocking& blocking) {
  const Timing& timing = context.target.timing;
  const MmulShape& shape = tiling.shape;
  const auto bytes = [](ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); };
  const std::int64_t lanes = shape.rows * shape.columns;
  const std::int64_t sums = lanes * shape.accumulator_bits / 8;
  DenseSteps result;
  result.step.loads =
      blocking.rows * loads_of(shape.rows * shape.inner * bytes(layer.input->element), timing) +
      blocking.columns * loads_of(shape.inner * shape.columns * bytes(stored_weights(shape, layer)), timing);
  result.step.multiplies = blocking.rows * blocking.columns * shape.instructions;
  result.first.shuffles = vector_instructions_of(sums, timing);
  result.bias.loads = loads_of(shape.columns * 4, timing);
  result.bias.shuffles =
      (shape.rows > 1 ? shape.rows : 0) + vector_instructions_of(sums, timing); // a copy for each row
  result.from_cascade.cascade_reads = cascade_words_of(sums, timing);
  result.to_cascade.cascade_writes = cascade_words_of(sums, timing);
  const RequantizationShape requantize = requantization_shape(layer.requantize);
  result.store = requantization_work(requantize, lanes, shape.accumulator_bits, timing);
  result.store.stores = stores_of(lanes * bytes(requantize.element), timing);
  return result;
}

// Tile `column` of a cascade.
KernelWork tile_work(const LoweringContext& context, const DenseSteps& steps, const Tiling& tiling,
                     const Blocking& blocking, std::int64_t rows, int column) {
  const Timing& timing = context.target.timing;
  const MmulShape& shape = tiling.shape;
  const bool first = column == 0;
  const bool last = column + 1 == tiling.input_ports;
  const std::int64_t blocks = blocking.rows * blocking.columns;
  const std::int64_t groups =
      rows / tiling.batch_parts / shape.rows / blocking.rows * (tiling.output_slice / shape.columns / blocking.columns);
  const std::int64_t inner = tiling.input_slice / shape.inner;
  const std::int64_t sums_bytes = static_cast<std::int64_t>(shape.rows) * shape.columns * shape.accumulator_bits / 8;
  Instructions ends = first && !last ? steps.first : Instructions{};
  if (!first) ends += steps.from_cascade;
  if (last) ends += steps.bias;
  if (last && !first) ends.multiplies += divide_up(sums_bytes, timing.accumulator_bytes);
  ends += last ? steps.store : steps.to_cascade;
  ends = blocks * ends;
  KernelWork work{.first_column = column, .columns = 1, .locks = last ? 4 : 2};
  LoopWork group{.name = "groups", .entries = 1, .iterations = groups, .body = ends};
  if (blocking.unrolled) {
    group.body += inner * steps.step;
    group.recurrence = blocks == 1 ? inner * timing.accumulate_latency : 1;
    group.pipelined = 2 * blocks * sums_bytes * 8 <= timing.accumulator_bits;
    work.loops = {group};
  } else {
    group.pipelined = false;
    work.loops = {{.name = "inner dimension",
                   .entries = groups,
                   .iterations = inner,
                   .body = steps.step,
                   .recurrence = timing.accumulate_latency},
                  group};
  }
  return work;
}

// The fastest blocking that divides the tile's matrices; of equal ones the one with the most reuse.
Blocking blocking_for(const LoweringContext& context, const DenseLayer& layer, const Tiling& tiling,
                      std::int64_t rows) {
  const std::int64_t block_rows = rows / tiling.batch_parts / tiling.shape.rows;
  const std::int64_t block_columns = tiling.output_slice / tiling.shape.columns;
  const std::int64_t inner = tiling.input_slice / tiling.shape.inner;
  std::optional<Blocking> best;
  std::int64_t least = 0;
  for (const auto& [down, across] : {std::pair{2, 2}, std::pair{2, 1}, std::pair{1, 2}, std::pair{1, 1}}) {
    if (!is_multiple(block_rows, down) || !is_multiple(block_columns, across)) continue;
    const bool unrolled = inner * down * across * tiling.shape.instructions <= most_unrolled_multiplies;
    const Blocking blocking{down, across, unrolled};
    const KernelWork last = tile_work(context, dense_steps(context, layer, tiling, blocking), tiling, blocking, rows,
                                      tiling.input_ports - 1);
    const std::int64_t cycles = kernel_cycles(last, context.target.timing).total;
    if (best && cycles >= least) continue;
    best = blocking;
    least = cycles;
  }
  return *best;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const DenseLayer layer = dense_layer(context);
  const Blocking blocking = blocking_for(context, layer, tiling, rows);
  const DenseSteps steps = dense_steps(context, layer, tiling, blocking);
  const int last = tiling.input_ports - 1;
  std::vector<KernelWork> result{tile_work(context, steps, tiling, blocking, rows, 0)};
  if (last > 1) {
    result.push_back(tile_work(context, steps, tiling, blocking, rows, 1));
    result.back().columns = last - 1;
  }
  if (last > 0) result.push_back(tile_work(context, steps, tiling, blocking, rows, last));
  return result;
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
  const ElementType element = stored_weights(shape, layer);
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

// Biases and the requantization table of one row of tiles.
Tensor packed_parameters(const RequantizationPlan& plan, const Tiling& tiling, int row) {
  std::vector<std::int32_t> values;
  const std::int64_t first = row * tiling.output_slice;
  for (std::int64_t i = first; i < first + tiling.output_slice; ++i) {
    const bool real = i < static_cast<std::int64_t>(plan.bias.size());
    values.push_back(real ? static_cast<std::int32_t>(plan.bias[static_cast<std::size_t>(i)]) : 0);
  }
  append_table(plan, first, tiling.output_slice, values);
  const auto length = static_cast<std::int64_t>(values.size());
  return Tensor::of<std::int32_t>({length}, values);
}

std::vector<ConfigEntry> config_for(const DenseLayer& layer, const Tiling& tiling, const Blocking& blocking,
                                    const RequantizationPlan& plan, std::int64_t rows) {
  const MmulShape& shape = tiling.shape;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  std::vector<ConfigEntry> config{
      {"using", "input_type", std::string(type_name(layer.input->element))},
      {"using", "weight_type", std::string(type_name(stored_weights(shape, layer)))},
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
      {"unsigned", "parameters", number(tiling.output_slice + table_length(plan, tiling.output_slice))},
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
  const Blocking blocking = blocking_for(context, layer, tiling, rows);
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
  const int parameters_input = length == 1 ? 2 : 3; // kernels/dense_graph.h
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
    parameters.push_back({"parameters",
                          cascade,
                          {first_column + length - 1, row},
                          parameters_input,
                          packed_parameters(plan, tiling, slice)});
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
