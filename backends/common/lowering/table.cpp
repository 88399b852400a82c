// Functions of 8-bit integers, a slice of the features to a tile: kernels/table.{h,cpp}.
#include "ir/ops/table.h"

#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8;
constexpr std::int64_t copies = 2; // of each group of entries in a table

struct TableLayer {
  const ValueType* input = nullptr;
  const Tensor* entries = nullptr; // [1 or features, 256], by bit pattern
  std::int64_t features = 0;
  bool by_channel() const { return entries->shape()[0] > 1; }
  ElementType output() const { return entries->element(); }
  // Entries of 8 bits are stored as 16, as aie::lut asks for.
  ElementType stored() const { return size_in_bytes(output()) == 1 ? ElementType::int16 : output(); }
  std::int64_t stored_bytes() const { return static_cast<std::int64_t>(size_in_bytes(stored())); }
};

TableLayer table_layer(const LoweringContext& context) {
  const Node& node = context.graph.node(context.layer.node);
  const ValueType& input = context.graph.type(node.operands[0]);
  return {&input, context.graph.constant(node.operands[1]), matrix_shape(input.shape).features};
}

// Entries of a tile's table with `features` channels.
std::int64_t length_of(const TableLayer& layer, std::int64_t features) {
  return layer.by_channel() ? features * table_columns : copies * table_columns;
}

Assessment assess(const LoweringContext& context) {
  const TableLayer layer = table_layer(context);
  const auto refuse = [](std::string reason, std::string hint) -> Assessment {
    return {{}, {{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)}}};
  };
  if (layer.entries == nullptr) return refuse("the entries are not constant", "export them as an initializer");
  if (size_in_bytes(layer.output()) > 4) {
    return refuse(fmt::format("entries are {}", name_of(layer.output())), "quantize to 32 bits or fewer");
  }
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    return {{}, {scattered_columns()}};
  }
  return {channelwise_tilings(context, layer.features, block_features, RowsOfTiles::any), {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  const TableLayer layer = table_layer(context);
  TileMemory result;
  result.input = tiling.piece_rows * tiling.input_slice;
  result.output = tiling.piece_rows * tiling.output_slice * static_cast<std::int64_t>(size_in_bytes(layer.output()));
  result.weights = length_of(layer, tiling.output_slice) * layer.stored_bytes();
  result.parameters = result.weights;
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const TableLayer layer = table_layer(context);
  const Timing& timing = context.target.timing;
  const std::int64_t elements = tiling.piece_rows * tiling.output_slice;
  const auto bytes = static_cast<std::int64_t>(size_in_bytes(layer.output()));
  if (layer.by_channel()) { // one by one, through scalar registers
    LoopWork loop{.name = "elements", .iterations = elements, .body = {}, .pipelined = false};
    loop.body.loads = 2;
    loop.body.stores = 1;
    return {{.locks = 4, .loops = {loop}}};
  }
  constexpr std::int64_t at_once = 4; // accesses of aie::lut<4>, on all load ports together
  const std::int64_t lanes = bytes == 4 ? 16 : 32;
  LoopWork loop{.name = "blocks", .iterations = elements / lanes, .body = {}};
  loop.body.loads = loads_of(32, timing) + timing.load_ports * lanes / at_once;
  loop.body.shuffles = vector_instructions_of(lanes * layer.stored_bytes() * copies, timing);
  loop.body.stores = stores_of(lanes * bytes, timing);
  return {{.locks = 4, .loops = {loop}}};
}

// 256 entries of one channel in the order of the values, least first.
std::vector<std::int64_t> in_order(const TableLayer& layer, const std::vector<std::int64_t>& entries,
                                   std::int64_t channel) {
  const std::int64_t least = storage_range(layer.input->element).min;
  std::vector<std::int64_t> result;
  for (std::int64_t value = least; value < least + table_columns; ++value) {
    const std::int64_t column = (value + table_columns) % table_columns; // its bit pattern
    result.push_back(
        channel < layer.entries->shape()[0] ? entries[static_cast<std::size_t>(channel * table_columns + column)] : 0);
  }
  return result;
}

// 8 bits are stored with the sign bit of int8, whatever their own: the kernel keeps the low byte.
std::int64_t stored_value(const TableLayer& layer, std::int64_t value) {
  return layer.output() == ElementType::uint8 && value > 127 ? value - table_columns : value;
}

Tensor packed_entries(const LoweringContext& context, const TableLayer& layer, std::int64_t first,
                      std::int64_t features) {
  const std::vector<std::int64_t> entries = to_int64(*layer.entries);
  std::vector<std::int64_t> packed;
  if (layer.by_channel()) {
    for (std::int64_t channel = first; channel < first + features; ++channel) {
      for (const std::int64_t value : in_order(layer, entries, channel))
        packed.push_back(stored_value(layer, value));
    }
  } else {
    const std::int64_t group = context.target.lookup_bytes / layer.stored_bytes();
    const std::vector<std::int64_t> values = in_order(layer, entries, 0);
    for (std::int64_t at = 0; at < table_columns; at += group) {
      for (std::int64_t copy = 0; copy < copies; ++copy) {
        for (std::int64_t i = at; i < at + group; ++i)
          packed.push_back(stored_value(layer, values[static_cast<std::size_t>(i)]));
      }
    }
  }
  return from_int64(layer.stored(), {static_cast<std::int64_t>(packed.size())}, packed);
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const TableLayer layer = table_layer(context);
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "table";
  group.kernel_classes = {"table"};
  group.config = {
      {"using", "input_type", std::string(type_name(layer.input->element))},
      {"using", "output_type", std::string(type_name(layer.output()))},
      {"using", "entry_type", std::string(type_name(layer.stored()))},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "entries", number(length_of(layer, tiling.output_slice))},
      {"unsigned", "channels", number(layer.by_channel() ? block_features : 0)},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  for (int copy = 0; copy < 2; ++copy) {
    for (int tile = 0; tile < tiling.rows; ++tile) {
      group.parameters.push_back({"parameters",
                                  copy * tiling.rows + tile,
                                  {0, tile},
                                  1 + copy,
                                  packed_entries(context, layer, first_channel(tiling, tile), tiling.output_slice)});
    }
  }
  return group;
}

} // namespace

void register_table_lowering(LoweringRegistry& registry) {
  registry.add({.name = "table",
                .op = "table",
                .summary = "entries in two banks, a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
