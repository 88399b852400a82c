// Functions of wide integers, a slice of the features to a tile: kernels/step_table.{h,cpp}.
#include "ir/ops/step_table.h"

#include "backends/common/channelwise.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8;
constexpr std::int64_t copies = 2; // of each group of entries in a table

struct StepTableLayer {
  const ValueType* input = nullptr;
  const Tensor* edges = nullptr;
  const Tensor* levels = nullptr;
  std::int64_t features = 0;
  std::int64_t shift = 0;
  std::int64_t buckets() const { return edges->count(); }
  // 32 bits for an edge, 16 for two levels.
  std::int64_t length() const { return copies * (buckets() + buckets() / 2); }
};

StepTableLayer step_table_layer(const LoweringContext& context) {
  const Node& node = context.graph.node(context.layer.node);
  const ValueType& input = context.graph.type(node.operands[0]);
  return {&input, context.graph.constant(node.operands[1]), context.graph.constant(node.operands[2]),
          matrix_shape(input.shape).features, node.attributes.as<StepTableAttributes>().shift};
}

Assessment assess(const LoweringContext& context) {
  const StepTableLayer layer = step_table_layer(context);
  const auto refuse = [](std::string reason, std::string hint) -> Assessment {
    return {{}, {{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)}}};
  };
  if (layer.edges == nullptr || layer.levels == nullptr) {
    return refuse("the steps are not constant", "export them as an initializer");
  }
  if (layer.input->element != ElementType::int32 || size_in_bytes(layer.levels->element()) > 1) {
    return refuse(
        fmt::format("a function of {} gives {}", name_of(layer.input->element), name_of(layer.levels->element())),
        "let 32 bits become 8");
  }
  const std::int64_t group = context.target.lookup_bytes / 2; // pairs of levels
  if (layer.buckets() % group != 0) {
    return refuse(fmt::format("there are {} buckets", layer.buckets()), fmt::format("use a multiple of {}", group));
  }
  if (!input_layout(context.graph, context.layer.inputs.front(), context.iteration).contiguous()) {
    return {{}, {scattered_columns()}};
  }
  return {channelwise_tilings(context, layer.features, block_features, RowsOfTiles::any), {}};
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  const StepTableLayer layer = step_table_layer(context);
  TileMemory result;
  result.input = tiling.piece_rows * tiling.input_slice * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.output = tiling.piece_rows * tiling.output_slice;
  result.weights = layer.length() * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.parameters = result.weights;
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  constexpr std::int64_t at_once = 4; // accesses of aie::lut<4>, on all load ports together
  constexpr std::int64_t lanes = 16;
  LoopWork loop{.name = "blocks", .iterations = tiling.piece_rows * tiling.output_slice / lanes, .body = {}};
  loop.body.loads = loads_of(lanes * 4, timing) + 2 * timing.load_ports * lanes / at_once;
  loop.body.shuffles = vector_instructions_of(lanes * 4, timing)            // to the accumulator
                       + vector_instructions_of(lanes * 4 * copies, timing) // edges
                       + vector_instructions_of(lanes * 2 * copies, timing) // levels
                       + 2 * vector_instructions_of(lanes * 2, timing);     // each level by itself
  loop.body.narrowings = divide_up(lanes, timing.narrowing_lanes);
  loop.body.vector_alu = vector_instructions_of(lanes * 4, timing) + vector_instructions_of(lanes, timing);
  loop.body.stores = stores_of(lanes, timing);
  return {{.locks = 4, .loops = {loop}}};
}

// Groups of one bank's width, each twice.
template <class T> void append_twice(const std::vector<T>& entries, std::int64_t group, std::vector<T>& packed) {
  for (auto at = entries.begin(); at != entries.end(); at += group) {
    for (int copy = 0; copy < copies; ++copy)
      packed.insert(packed.end(), at, at + group);
  }
}

Tensor packed_entries(const LoweringContext& context, const StepTableLayer& layer) {
  const std::vector<std::int64_t> levels = to_int64(*layer.levels);
  std::vector<std::int32_t> edges;
  for (const std::int64_t edge : to_int64(*layer.edges))
    edges.push_back(static_cast<std::int32_t>(edge));
  std::vector<std::uint16_t> pairs;
  for (std::size_t bucket = 0; bucket < edges.size(); ++bucket) {
    pairs.push_back(static_cast<std::uint16_t>((levels[bucket] & 0xff) | (levels[edges.size() + bucket] & 0xff) << 8));
  }
  std::vector<std::uint16_t> packed_pairs;
  append_twice(pairs, context.target.lookup_bytes / 2, packed_pairs);
  std::vector<std::int32_t> packed;
  append_twice(edges, context.target.lookup_bytes / 4, packed);
  for (std::size_t i = 0; i < packed_pairs.size(); i += 2) {
    packed.push_back(
        static_cast<std::int32_t>(packed_pairs[i] | static_cast<std::uint32_t>(packed_pairs[i + 1]) << 16));
  }
  return Tensor::of<std::int32_t>({static_cast<std::int64_t>(packed.size())}, packed);
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const StepTableLayer layer = step_table_layer(context);
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "step_table";
  group.kernel_classes = {"step_table"};
  group.config = {
      {"using", "input_type", "int32"},
      {"using", "output_type", std::string(type_name(layer.levels->element()))},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(tiling.output_slice)},
      {"unsigned", "shift", number(layer.shift)},
      {"unsigned", "buckets", number(layer.buckets())},
      {"unsigned", "entries", number(layer.length())},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  for (int copy = 0; copy < 2; ++copy) {
    for (int tile = 0; tile < tiling.rows; ++tile)
      group.parameters.push_back(
          {"parameters", copy * tiling.rows + tile, {0, tile}, 1 + copy, packed_entries(context, layer)});
  }
  return group;
}

} // namespace

void register_step_table_lowering(LoweringRegistry& registry) {
  registry.add({.name = "step_table",
                .op = "step_table",
                .summary = "steps in buckets, in two banks, a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
