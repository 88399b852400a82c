#include "backends/common/contraction_bias.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Numbers of four bits as bytes: the first of two is the low half.
std::vector<std::int64_t> two_to_a_byte(const std::vector<std::int64_t>& values) {
  std::vector<std::int64_t> bytes;
  bytes.reserve(values.size() / 2);
  for (std::size_t i = 0; i < values.size(); i += 2)
    bytes.push_back(values[i + 1] * 16 + (values[i] & 15));
  return bytes;
}

// The weights of tile `column` of a cascade for output slice `slice`, in the order of kernels/contraction.h; zeros past
// the layer's channels.
Tensor packed_weights(const Contraction& layer, const WeightFunction& weight, const Tiling& tiling, int tile_columns,
                      int column, int slice) {
  const MmulShape& shape = tiling.shape;
  const ChannelBlocks blocks = channel_blocks(layer, shape);
  const std::int64_t taps = weight_taps(layer);
  const std::int64_t inner = group_inner(layer, tiling);
  const std::int64_t together = group_columns(layer, tiling);
  const std::int64_t first_output = slice * tiling.output_slice;
  const std::int64_t first_input = (tiling.same_slice ? slice : column) * tiling.input_slice;
  std::vector<std::int64_t> values;
  values.reserve(static_cast<std::size_t>(taps * inner * shape.inner * tiling.output_slice));
  for (std::int64_t block_column = 0; block_column < tiling.output_slice / shape.columns;
       block_column += tile_columns) {
    const std::int64_t set_input = first_input + (blocks.separate ? block_column / together * blocks.inputs : 0);
    for (std::int64_t i = 0; i < inner; ++i) {
      for (std::int64_t tap = 0; tap < taps; ++tap) {
        for (int block = 0; block < tile_columns; ++block) {
          for (int k = 0; k < shape.inner; ++k) {
            const std::int64_t input = set_input + i * shape.inner + k;
            for (int n = 0; n < shape.columns; ++n) {
              const std::int64_t output = first_output + (block_column + block) * shape.columns + n;
              const bool real = input < layer.inputs && output < layer.outputs;
              values.push_back(real ? weight(tap, input, output) : 0);
            }
          }
        }
      }
    }
  }
  if (shape.b_bits > 0) values = two_to_a_byte(values);
  return from_int64(stored_weights(layer, shape), {static_cast<std::int64_t>(values.size())}, values);
}

// Length of a parameter array: a tile alone has table and biases, in a cascade the first has biases, the last the
// table.
std::int64_t parameters_length(const RequantizationPlan& plan, const BiasLayout& biases, const Tiling& tiling,
                               int length) {
  const std::int64_t table = table_length(plan, tiling.output_slice);
  const std::int64_t bias = bias_length(biases, tiling);
  return length == 1 ? table + bias : std::max(table, bias);
}

// The parameter arrays of one cascade, one for each of its ends.
std::vector<Tensor> packed_parameters(const RequantizationPlan& plan, std::vector<std::int32_t> biases,
                                      const Tiling& tiling, std::int64_t entries, int length, int slice) {
  std::vector<std::int32_t> table;
  append_table(plan, slice * tiling.output_slice, tiling.output_slice, table);
  std::vector<std::vector<std::int32_t>> ends;
  if (length == 1) {
    table.insert(table.end(), biases.begin(), biases.end());
    ends = {std::move(table)};
  } else {
    ends = {std::move(biases), std::move(table)};
  }
  std::vector<Tensor> arrays;
  for (std::vector<std::int32_t>& end : ends) {
    end.resize(static_cast<std::size_t>(entries), 0);
    arrays.push_back(Tensor::of<std::int32_t>({entries}, end));
  }
  return arrays;
}

std::vector<ConfigEntry> config_for(const LoweringContext& context, const Contraction& layer, const Tiling& tiling,
                                    const ContractionBlocking& blocking, const RequantizationPlan& plan, int length) {
  const MmulShape& shape = tiling.shape;
  const PixelWindow window = layer.window.value_or(PixelWindow{});
  const BiasLayout biases = bias_layout(context, layer, tiling);
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  WindowReads reads{.width = tiling.piece_rows, .height = 1}; // without a window: the rows, as one row of an image
  std::int64_t pitch = tiling.piece_rows;
  if (layer.window) {
    reads = reads_of(context, window, tiling);
    pitch = pitch_of_piece(context, tiling);
  }
  std::vector<ConfigEntry> config{
      {"using", "input_type", std::string(type_name(layer.input))},
      {"using", "weight_type", shape.b_bits == 4 ? "int4" : std::string(type_name(stored_weights(layer, shape)))},
      {"using", "weight_storage", std::string(type_name(stored_weights(layer, shape)))},
      {"using", "accumulator_type", shape.accumulator_bits == 64 ? "acc64" : "acc32"},
      {"using", "cascade_type", shape.kept_bits() == 64 ? "acc64" : "acc32"},
      {"unsigned", "block_rows", number(shape.rows)},
      {"unsigned", "block_inner", number(shape.block_inner())},
      {"unsigned", "joined_blocks", number(shape.joined_blocks)},
      {"unsigned", "block_columns", number(shape.columns)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "inner", number(tiling.input_slice)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "group_inner", number(group_inner(layer, tiling))},
      {"unsigned", "group_columns", number(group_columns(layer, tiling))},
      {"unsigned", "tile_rows", number(blocking.rows)},
      {"unsigned", "tile_columns", number(blocking.columns)},
      {"unsigned", "straight", number(blocking.straight)},
      {"bool", "same_weights", layer.same_weights ? "true" : "false"},
      {"unsigned", "parameters", number(parameters_length(plan, biases, tiling, length))},
      {"unsigned", "row_classes", number(biases.row_classes)},
      {"unsigned", "bias_rows", number(bias_rows(tiling))},
      {"unsigned", "block_classes", number(biases.block_classes)},
      {"unsigned", "bias_along", number(biases.along)},
      {"unsigned", "biases", number(bias_length(biases, tiling))},
      {"unsigned", "cascade_length", number(length)},
      {"unsigned", "cascades", number(tiling.output_ports * tiling.batch_parts)},
      {"unsigned", "cascade_rows", number(tiling.rows)},
      {"unsigned", "batch_parts", number(tiling.batch_parts)},
      {"bool", "same_slice", tiling.same_slice ? "true" : "false"},
      {"bool", "input_in_west", tiling.input_in_west ? "true" : "false"},
  };
  std::ranges::copy(config_entries(window, reads, pitch), std::back_inserter(config));
  std::ranges::copy(config_entries(plan), std::back_inserter(config));
  return config;
}

// The roles in a cascade of `length` tiles.
std::vector<std::string> kernel_classes(int length) {
  if (length == 1) return {"contraction_single"};
  if (length == 2) return {"contraction_first", "contraction_last"};
  return {"contraction_first", "contraction_middle", "contraction_last"};
}

} // namespace

KernelGroup build_contraction(const LoweringContext& context, const Contraction& layer, const WeightFunction& weight,
                              const Tiling& tiling) {
  const MmulShape& shape = tiling.shape;
  RequantizationPlan plan = std::get<RequantizationPlan>(plan_for(context, layer, shape));
  if (plan.mode == RequantizationPlan::Mode::halfwords) plan.table_rows = halfword_rows(tiling);
  const ContractionBlocking blocking = contraction_blocking(context, layer, tiling);
  const int length = tiling.cascade_length();
  const int parts = tiling.batch_parts;
  KernelGroup group;
  group.kernel = "contraction";
  group.kernel_classes = kernel_classes(length);
  group.config = config_for(context, layer, tiling, blocking, plan, length);
  const int last_parameters = length == 1 ? 2 : 3; // kernels/contraction_graph.h
  const std::int64_t entries = parameters_length(plan, bias_layout(context, layer, tiling), tiling, length);
  std::vector<ParameterArray> parameters;
  std::vector<std::vector<Tensor>> weights; // of the first part's tiles: the others have the same
  for (int cascade = 0; cascade < tiling.output_ports * parts; ++cascade) {
    const int slice = cascade / parts;
    const int first_column = cascade / tiling.rows * length;
    const int row = cascade % tiling.rows;
    if (cascade % parts == 0) {
      weights.emplace_back();
      for (int column = 0; column < length; ++column)
        weights.back().push_back(packed_weights(layer, weight, tiling, blocking.columns, column, slice));
    }
    for (int column = 0; column < length; ++column) {
      group.parameters.push_back({"weights",
                                  cascade * length + column,
                                  {first_column + column, row},
                                  1,
                                  weights.back()[static_cast<std::size_t>(column)]});
    }
    // Biases that fit were proven to when the layer was assessed.
    std::vector<std::int32_t> biases =
        packed_biases(context, layer, weight, plan.bias, tiling, slice, cascade % parts).value();
    const std::vector<Tensor> ends = packed_parameters(plan, std::move(biases), tiling, entries, length, slice);
    for (std::size_t end = 0; end < ends.size(); ++end) {
      const bool last = end + 1 == ends.size();
      parameters.push_back({"parameters",
                            cascade * static_cast<int>(ends.size()) + static_cast<int>(end),
                            {last ? first_column + length - 1 : first_column, row},
                            last ? last_parameters : 2,
                            ends[end]});
    }
  }
  std::ranges::move(parameters, std::back_inserter(group.parameters));
  const RowLayout out = output_image(context);
  group.multiply_accumulates = rows_of(out) * layer.weight_count;
  return group;
}

} // namespace tilewright
