// Dense layers on rows of tiles in cascade: kernels/dense.{h,cpp}.
#include "backends/common/blocks.h"
#include "backends/common/lowering.h"
#include "backends/common/requantization.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace tilewright {

namespace {

// The layer's operands as the lowering uses them.
struct DenseLayer {
  const ValueType* input = nullptr;
  const Tensor* weights = nullptr; // [inputs, outputs]
  const Tensor* bias = nullptr;    // [outputs]; absent: zero
  IntegerRange sums;
  const RequantizeAttributes* requantize = nullptr; // absent: accumulators leave
  std::int64_t inputs() const { return weights->shape()[0]; }
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

// Why no tiling holds the weights: there are more banks of them than tiles, or, where only whole blocks stand in the way,
// the shortest possible cascade is longer than the array is wide.
Refusal too_many_weights(const DenseLayer& layer, const MmulShape& shape, std::int64_t weight_bytes, const LoweringContext& context) {
  const std::int64_t bank = context.target.bank_bytes();
  const std::int64_t columns = context.device.columns - 1;
  const std::int64_t tiles = columns * context.device.rows;
  const std::int64_t banks =
      divide_up(round_up(layer.inputs(), shape.inner) * round_up(layer.outputs(), shape.columns) * weight_bytes, bank);
  const std::string hint = "use fewer features or narrower weights";
  if (banks > tiles) {
    return {ProblemKind::device, "tiles", "the weights of one layer need more tiles than the array has, one bank of weights each",
            banks, tiles, hint};
  }
  const std::int64_t output_slice = round_up(divide_up(layer.outputs(), context.device.rows), shape.columns);
  const std::int64_t block_bytes = shape.inner * output_slice * weight_bytes; // of one step of the inner dimension
  const std::int64_t steps = std::max<std::int64_t>(bank / block_bytes, 1);   // in one tile
  return {ProblemKind::device, "columns",
          "the weights of one layer, one bank of them a tile, need a longer cascade than the array has columns",
          divide_up(divide_up(layer.inputs(), shape.inner), steps), columns, hint};
}

Assessment assess(const LoweringContext& context) {
  Assessment result;
  const DenseLayer layer = dense_layer(context);
  if (const std::optional<Refusal> refusal = unsupported(layer)) return {{}, {*refusal}};
  const std::int64_t bank = context.target.bank_bytes();
  for (const MmulShape& shape : context.target.mmul_shapes) {
    if (!multiplies(shape, layer)) continue;
    if (const auto plan = plan_for(layer, shape); std::holds_alternative<Refusal>(plan)) {
      result.refusals.push_back(std::get<Refusal>(plan));
      continue;
    }
    const auto weight_bytes = static_cast<std::int64_t>(size_in_bytes(stored_weights(shape, layer)));
    const std::int64_t most_columns = std::min<std::int64_t>(context.device.columns - 1, divide_up(layer.inputs(), shape.inner));
    const std::int64_t most_rows = std::min<std::int64_t>(context.device.rows, divide_up(layer.outputs(), shape.columns));
    for (int columns = 1; columns <= most_columns; ++columns) {
      const std::int64_t input_slice = round_up(divide_up(layer.inputs(), columns), shape.inner);
      if ((columns - 1) * input_slice >= layer.inputs()) continue; // the last tile would only see padding
      for (int rows = 1; rows <= most_rows; ++rows) {
        const std::int64_t output_slice = round_up(divide_up(layer.outputs(), rows), shape.columns);
        if ((rows - 1) * output_slice >= layer.outputs()) continue;
        if (input_slice * output_slice * weight_bytes > bank) continue;
        result.tilings.push_back({shape, columns, rows, columns, rows, input_slice, output_slice, false});
      }
    }
    if (!result.tilings.empty()) return result; // shapes are in order of preference
    result.refusals.push_back(too_many_weights(layer, shape, weight_bytes, context));
    return result; // a shape with wider operands needs more
  }
  if (result.refusals.empty()) {
    result.refusals.push_back({ProblemKind::model, "",
                               fmt::format("no mmul shape multiplies {} by {}", name_of(layer.input->element), name_of(layer.weights->element())),
                               0, 0, "use 8-bit or 16-bit activations and weights"});
  }
  return result;
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling, std::int64_t rows) {
  const DenseLayer layer = dense_layer(context);
  const auto bytes = [](ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); };
  const ElementType out = layer.requantize ? layer.requantize->element : ElementType::int32;
  TileMemory result;
  result.input = rows * tiling.input_slice * bytes(layer.input->element);
  result.output = rows * tiling.output_slice * bytes(out);
  result.weights = tiling.input_slice * tiling.output_slice * bytes(stored_weights(tiling.shape, layer));
  // The multiplier table is counted always: whether it is there is known only when the plan is made.
  result.parameters = 4 * tiling.output_slice * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  return result;
}

// Accumulators that a kernel keeps at once along one direction.
int accumulators(std::int64_t blocks) { return blocks % 2 == 0 ? 2 : 1; }

// The weights of the tile at (column, row), in the order of kernels/dense.h; zeros past the layer's features.
Tensor packed_weights(const DenseLayer& layer, const Tiling& tiling, int column, int row) {
  const MmulShape& shape = tiling.shape;
  const int group = accumulators(tiling.output_slice / shape.columns);
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
            const std::int64_t input = first_input + inner + k;
            for (int n = 0; n < shape.columns; ++n, ++position) {
              const std::int64_t output = first_output + output_group + block * shape.columns + n;
              const bool real = input < layer.inputs() && output < layer.outputs();
              if (real) to[position] = static_cast<Stored>(from[static_cast<std::size_t>(input * layer.outputs() + output)]);
            }
          }
        }
      }
    }
  };
  visit_elements(*layer.weights, [&](auto from) {
    switch (element) {
    case ElementType::int8: pack(result.mutable_data<std::int8_t>(), from); break;
    case ElementType::uint8: pack(result.mutable_data<std::uint8_t>(), from); break;
    case ElementType::uint16: pack(result.mutable_data<std::uint16_t>(), from); break;
    default: pack(result.mutable_data<std::int16_t>(), from); break;
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

std::vector<ConfigEntry> config_for(const DenseLayer& layer, const Tiling& tiling, const RequantizationPlan& plan,
                                    std::int64_t rows) {
  const MmulShape& shape = tiling.shape;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  std::vector<ConfigEntry> config{
      {"using", "input_type", std::string(type_name(layer.input->element))},
      {"using", "weight_type", std::string(type_name(stored_weights(shape, layer)))},
      {"using", "accumulator_type", shape.accumulator_bits == 64 ? "acc64" : "acc32"},
      {"unsigned", "block_rows", number(shape.rows)},
      {"unsigned", "block_inner", number(shape.inner)},
      {"unsigned", "block_columns", number(shape.columns)},
      {"unsigned", "rows", number(rows)},
      {"unsigned", "inner", number(tiling.input_slice)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "tile_rows", number(accumulators(rows / shape.rows))},
      {"unsigned", "tile_columns", number(accumulators(tiling.output_slice / shape.columns))},
      {"unsigned", "parameters", number(tiling.output_slice + table_length(plan, tiling.output_slice))},
      {"unsigned", "cascade_length", number(tiling.columns)},
      {"unsigned", "cascades", number(tiling.rows)},
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
  const MmulShape& shape = tiling.shape;
  const RequantizationPlan plan = std::get<RequantizationPlan>(plan_for(layer, shape));
  KernelGroup group;
  group.kernel = "dense";
  group.kernel_classes = kernel_classes(tiling.columns);
  group.columns = tiling.columns;
  group.rows = tiling.rows;
  group.config = config_for(layer, tiling, plan, rows);
  const std::int64_t inputs = tiling.columns * tiling.input_slice;
  const std::int64_t outputs = tiling.rows * tiling.output_slice;
  for (int column = 0; column < tiling.columns; ++column) {
    group.inputs.push_back({layer.input->element, blocked(inputs, rows, column * tiling.input_slice, tiling.input_slice,
                                                          shape.inner, shape.rows)});
  }
  const int parameters_input = tiling.columns == 1 ? 2 : 3; // kernels/dense_graph.h
  for (int row = 0; row < tiling.rows; ++row) {
    group.outputs.push_back({plan.element, blocked(outputs, rows, row * tiling.output_slice, tiling.output_slice,
                                                   shape.columns, shape.rows)});
    for (int column = 0; column < tiling.columns; ++column) {
      group.parameters.push_back({"weights", row * tiling.columns + column, {column, row}, 1,
                                  packed_weights(layer, tiling, column, row)});
    }
  }
  for (int row = 0; row < tiling.rows; ++row) {
    group.parameters.push_back({"parameters", row, {tiling.columns - 1, row}, parameters_input,
                                packed_parameters(plan, tiling, row)});
  }
  group.multiply_accumulates = rows * layer.inputs() * layer.outputs();
  return group;
}

} // namespace

void register_dense_lowering(LoweringRegistry& registry) {
  registry.add({.name = "dense",
                .op = "dense",
                .summary = "rows of tiles in cascade, weights resident",
                .assess = assess,
                .memory = memory,
                .build = build});
}

} // namespace tilewright
