// Dense layers on rows of tiles in cascade: kernels/contraction.{h,cpp}.
#include "backends/common/contraction.h"
#include "backends/common/views.h"

namespace tilewright {

namespace {

const Tensor* weights_of(const LoweringContext& context) {
  return context.graph.constant(context.graph.node(context.layer.node).operands[1]);
}

Contraction describe(const LoweringContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.layer.node);
  Contraction layer;
  if (weights_of(context) == nullptr) {
    layer.refusal =
        Refusal{ProblemKind::model, "", "the weights are not constant", 0, 0, "export the weights as initializers"};
    return layer;
  }
  const ValueType& weights = graph.type(node.operands[1]);
  layer.input = graph.type(node.operands[0]).element;
  layer.weights = weights.element;
  layer.inputs = buffer_features(graph, context.layer.inputs.front(), context.iteration);
  layer.outputs = weights.shape[1];
  layer.weight_count = weights.shape[0] * weights.shape[1];
  layer.sums = range_of(graph.type(node.results[0]));
  if (node.operands.size() > 2) layer.bias = graph.constant(node.operands[2]);
  layer.requantize = requantize_of(context);
  return layer;
}

// For each column of the input's buffer its row of weights; -1 where the column belongs to nobody.
std::vector<std::int64_t> weight_rows(const LoweringContext& context) {
  const InputLayout layout = input_layout(context.graph, context.layer.inputs.front(), context.iteration);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(layout.features), -1);
  for (std::size_t k = 0; k < layout.position.size(); ++k)
    rows[static_cast<std::size_t>(layout.position[k])] = static_cast<std::int64_t>(k);
  return rows;
}

KernelGroup build(const LoweringContext& context, const Tiling& tiling) {
  const Contraction layer = describe(context);
  const std::vector<std::int64_t> rows = weight_rows(context);
  const std::vector<std::int64_t> weights = to_int64(*weights_of(context));
  const WeightFunction weight = [&](std::int64_t, std::int64_t input, std::int64_t output) -> std::int64_t {
    const std::int64_t row = rows[static_cast<std::size_t>(input)];
    return row < 0 ? 0 : weights[static_cast<std::size_t>(row * layer.outputs + output)];
  };
  return build_contraction(context, layer, weight, tiling);
}

} // namespace

void register_dense_lowering(LoweringRegistry& registry) {
  registry.add(
      {.name = "dense",
       .op = "dense",
       .summary = "rows of tiles in cascade, weights resident",
       .assess = [](const LoweringContext& c) { return assess_contraction(c, describe(c)); },
       .memory = [](const LoweringContext& c,
                    const Tiling& tiling) { return contraction_memory(c, describe(c), tiling); },
       .work = [](const LoweringContext& c, const Tiling& tiling) { return contraction_work(c, describe(c), tiling); },
       .build = build});
}

} // namespace tilewright
