// A structured op: elements 2i and 2i + 1 of the last axis both become the larger of the two.
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  if (x.shape.empty() || x.shape.back() % 2 != 0)
    return OpError{"the last axis is not made of pairs", "an even size", text_of(x.shape), "", 0};
  results = {x};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), x.shape());
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    const std::span<T> to = result.mutable_data<T>();
    for (std::size_t i = 0; i + 1 < values.size(); i += 2)
      to[i] = to[i + 1] = std::max(values[i], values[i + 1]);
  });
  return {std::move(result)};
}

// With one positive ratio for all, the larger real number is that of the larger integer.
TraceResult trace(const TraceContext& context) {
  if (!context.operands[0].form) return context.operands[0];
  AffineForm form = *context.operands[0].form;
  if (!form.source) return no_form("the operand is a constant");
  if (form.ratio.size() > 1 || form.offset.size() > 1 || form.ratio[0].sign() <= 0)
    return no_form("neighbours have different scales", "quantize per tensor in front of it");
  Graph& graph = context.graph;
  const Node node = graph.node(context.node);
  auto added = graph.add_node(*node.op, node.attributes, {*form.source}, node.origin, context.node,
                              {graph.value(node.results[0]).name + ".int"});
  if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
  form.source = graph.node(std::get<NodeId>(added)).results[0];
  return {std::move(form), {}, {}};
}

} // namespace

void register_sample_pair_max(OpRegistry& registry) {
  OpDefinition op;
  op.name = "sample_pair_max";
  op.summary = "the larger of each two neighbours on the last axis, twice";
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
