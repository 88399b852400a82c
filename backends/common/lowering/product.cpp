// Products of two stored tensors, requantized along with it, a slice of the features to a tile:
// kernels/product.{h,cpp}.
#include "ir/ops/product.h"
#include "backends/common/channelwise.h"
#include "backends/common/contraction.h"
#include "backends/common/requantization.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int block_features = 8; // kernels/requantize_step.h works on 8 channels at a time
constexpr std::int64_t wide_addend = std::int64_t{1} << 40;

struct ProductLayer {
  std::vector<ValueType> operands;
  std::vector<std::int64_t> zero_point;
  const RequantizeAttributes* requantize = nullptr; // absent: the products leave
  IntegerRange products;
  std::int64_t features = 0;
};

ProductLayer product_layer(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  const ValueType& result = graph.type(node.results[0]);
  return {graph.operand_types(context.layer.node), node.attributes.as<ProductAttributes>().zero_point,
          requantize_of(context), range_of(result), matrix_shape(result.shape).features};
}

std::variant<RequantizationPlan, Refusal> plan_for(const LoweringContext& context, const ProductLayer& layer) {
  return plan_requantization(layer.requantize, layer.products, 32, static_cast<std::size_t>(layer.features), {},
                             context.target.timing);
}

std::optional<Refusal> unsupported(const LoweringContext& context, const ProductLayer& layer) {
  const auto refuse = [](std::string reason, std::string hint) {
    return Refusal{ProblemKind::model, "", std::move(reason), 0, 0, std::move(hint)};
  };
  if (context.layer.inputs.size() != 2) return refuse("a factor is constant", "multiply by one constant a channel");
  for (std::size_t i = 0; i < 2; ++i) {
    const IntegerRange range = range_of(layer.operands[i]);
    const IntegerRange centred{range.min - layer.zero_point[i], range.max - layer.zero_point[i]};
    if (size_in_bytes(layer.operands[i].element) > 2 || !storage_range(ElementType::int16).contains(centred)) {
      return refuse(fmt::format("a factor without its zero point is {} to {}", centred.min, centred.max),
                    "quantize it to 8 bits, or to 16 with zero point 0");
    }
    if (!input_layout(context.graph, context.layer.inputs[i], context.iteration).contiguous())
      return scattered_columns();
  }
  return std::nullopt;
}

Assessment assess(const LoweringContext& context) {
  const ProductLayer layer = product_layer(context);
  if (const std::optional<Refusal> refusal = unsupported(context, layer)) return {{}, {*refusal}};
  if (const auto plan = plan_for(context, layer); std::holds_alternative<Refusal>(plan))
    return {{}, {std::get<Refusal>(plan)}};
  return {channelwise_tilings(context, layer.features, block_features, RowsOfTiles::any), {}};
}

ElementType result_element(const ProductLayer& layer) {
  return layer.requantize != nullptr ? layer.requantize->element : ElementType::int32;
}

// Numbers in the parameters of a tile; an array of length zero is no array.
std::int64_t parameter_count(const ProductLayer& layer, std::int64_t features) {
  IntegerRange bias{0, 0};
  if (layer.requantize != nullptr && std::ranges::any_of(layer.requantize->addend, [](auto c) { return c != 0; })) {
    bias = {-wide_addend, wide_addend};
  }
  const std::int64_t rows = most_table_rows(layer.requantize, layer.products, 32, bias);
  return std::max<std::int64_t>(rows * features, block_features);
}

TileMemory memory(const LoweringContext& context, const Tiling& tiling) {
  const ProductLayer layer = product_layer(context);
  const std::int64_t elements = tiling.piece_rows * tiling.input_slice;
  TileMemory result;
  result.input = elements * bytes_of(layer.operands[0].element);
  result.second_input = elements * bytes_of(layer.operands[1].element);
  result.output = elements * bytes_of(result_element(layer));
  result.parameters = parameter_count(layer, tiling.output_slice) * static_cast<std::int64_t>(sizeof(std::int32_t));
  result.stack = stack_bytes;
  return result;
}

std::vector<KernelWork> work(const LoweringContext& context, const Tiling& tiling) {
  const Timing& timing = context.target.timing;
  const ProductLayer layer = product_layer(context);
  const std::int64_t lanes = tiling.shape.rows * block_features;
  LoopWork blocks{.name = "blocks",
                  .entries = tiling.input_slice / block_features,
                  .iterations = tiling.piece_rows / tiling.shape.rows};
  for (std::size_t i = 0; i < 2; ++i) {
    blocks.body.loads += loads_of(lanes * bytes_of(layer.operands[i].element), timing);
    blocks.body.shuffles += vector_instructions_of(lanes * 2, timing);
    if (layer.zero_point[i] != 0) blocks.body.vector_alu += vector_instructions_of(lanes * 2, timing);
  }
  blocks.body.multiplies += divide_up(lanes * 4, timing.accumulator_bytes);
  blocks.body += requantization_work(requantization_shape(layer.requantize), lanes, 32, timing);
  blocks.body.stores = stores_of(lanes * bytes_of(result_element(layer)), timing);
  return {{.locks = 4, .loops = {blocks}}};
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const ProductLayer layer = product_layer(context);
  const RequantizationPlan plan = without_bias(std::get<RequantizationPlan>(plan_for(context, layer)));
  const std::int64_t slice = tiling.input_slice;
  const auto number = [](std::int64_t value) { return fmt::format("{}", value); };
  KernelGroup group;
  group.kernel = "product";
  group.kernel_classes = {"product"};
  group.config = {
      {"using", "first_type", std::string(type_name(layer.operands[0].element))},
      {"using", "second_type", std::string(type_name(layer.operands[1].element))},
      {"int", "first_zero_point", number(layer.zero_point[0])},
      {"int", "second_zero_point", number(layer.zero_point[1])},
      {"unsigned", "block_rows", number(tiling.shape.rows)},
      {"unsigned", "block_columns", number(block_features)},
      {"unsigned", "rows", number(tiling.piece_rows)},
      {"unsigned", "columns", number(slice)},
      {"unsigned", "parameters", number(channelwise_table_length(plan, tiling))},
      {"unsigned", "tiles", number(tiling.rows)},
  };
  std::ranges::copy(config_entries(plan), std::back_inserter(group.config));
  add_channelwise_tables(group, plan, tiling, 2);
  return group;
}

} // namespace

void register_product_lowering(LoweringRegistry& registry) {
  registry.add({.name = "product",
                .op = "product",
                .summary = "two tensors, a slice of the features to a tile",
                .assess = assess,
                .memory = memory,
                .work = work,
                .build = build});
}

} // namespace tilewright
