// matmul(a[.., I, K], b[.., K, J]) -> [.., I, J] of two computed tensors; the leading axes broadcast. Constant matrices
// are the business of `dense`.
#include "ir/affine_algebra.h"
#include "ir/dense_arithmetic.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

Shape leading(const Shape& shape) { return {shape.begin(), shape.end() - 2}; }

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const Shape& a = context.operands[0].shape;
  const Shape& b = context.operands[1].shape;
  for (std::size_t i = 0; i < 2; ++i) {
    if (context.operands[i].shape.size() >= 2) continue;
    return OpError{"an operand is no matrix", "two axes at least",
                   fmt::format("'{}'", text_of(context.operands[i].shape)), "", i};
  }
  const auto batch = broadcast(leading(a), leading(b));
  if (a.back() != b[b.size() - 2] || !batch) {
    return OpError{"the operands' shapes do not go together", "..xIxK and ..xKxJ",
                   fmt::format("'{}' and '{}'", text_of(a), text_of(b)), "", 1};
  }
  if (auto error = check_contraction_elements(context.operands)) return error;
  ValueType result{context.operands[0].element, *batch, {}, {}};
  result.shape.push_back(a[a.size() - 2]);
  result.shape.push_back(b.back());
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  if (is_integer(result.element)) {
    // Each matrix of b bounds its products like weights that are not known.
    const ValueType columns[] = {context.operands[0],
                                 {context.operands[1].element, {a.back(), 1}, {}, context.operands[1].range}};
    const Tensor* const unknown[] = {nullptr, nullptr};
    AccumulatorResult accumulator = accumulator_of({context.attributes, columns, unknown});
    if (accumulator.error) return accumulator.error;
    set_accumulator(result, std::move(accumulator));
  }
  results = {std::move(result)};
  return std::nullopt;
}

// Matrix `index` of a tensor of matrices.
Tensor matrix_of(const Tensor& tensor, std::size_t index) {
  const Shape& shape = tensor.shape();
  Tensor matrix(tensor.element(), {shape[shape.size() - 2], shape.back()});
  const std::size_t size = matrix.bytes().size();
  if (size > 0) std::memcpy(matrix.mutable_bytes().data(), tensor.bytes().data() + index * size, size);
  return matrix;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& a = *context.operands[0];
  const Tensor& b = *context.operands[1];
  const ValueType& type = context.result_types[0];
  Tensor result(type.element, type.shape);
  const Shape batch = leading(type.shape);
  const std::vector<std::size_t> from_a = broadcast_indices(leading(a.shape()), batch);
  const std::vector<std::size_t> from_b = broadcast_indices(leading(b.shape()), batch);
  for (std::size_t i = 0; i < from_a.size(); ++i) {
    const Tensor product = multiply(type.element, matrix_of(a, from_a[i]), matrix_of(b, from_b[i]), nullptr);
    const std::size_t size = product.bytes().size();
    if (size > 0) std::memcpy(result.mutable_bytes().data() + i * size, product.bytes().data(), size);
  }
  return {std::move(result)};
}

Work work(const EvaluateContext& context) {
  return work_of_contraction(context, context.operand_types[0].shape.back());
}

// Both operands are integers times a factor.
TraceResult trace(const TraceContext& context) {
  AffineForm form;
  form.ratio = {Rational(1)};
  form.offset = {Rational(0)};
  std::vector<ValueId> sources;
  for (const TraceResult& operand : context.operands) {
    if (!operand.form) return operand;
    const AffineForm& x = *operand.form;
    if (!x.source) return no_form("an operand is a constant that no quantizer made", "quantize the constant");
    if (x.lower || x.upper) return no_form("an operand is bounded without a quantizer", "put a quantizer behind it");
    if (x.ratio.size() > 1 || x.offset.size() > 1) {
      return no_form("an operand of a product of two activations has scales of its own for each channel",
                     "quantize both operands per tensor");
    }
    if (x.offset[0].sign() != 0) {
      return no_form("an operand of a product of two activations has a zero point",
                     "quantize both operands symmetrically, with zero point 0");
    }
    form.ratio[0] *= x.ratio[0];
    sources.push_back(*x.source);
  }
  Graph& graph = context.graph;
  const Node node = graph.node(context.node);
  auto added = graph.add_node(*node.op, node.attributes, sources, node.origin, context.node,
                              {graph.value(node.results[0]).name + ".int"});
  if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
  form.source = graph.node(std::get<NodeId>(added)).results[0];
  return {std::move(form), {}, {}};
}

} // namespace

void register_matmul(OpRegistry& registry) {
  OpDefinition op;
  op.name = "matmul";
  op.summary = "a[..,I,K] * b[..,K,J] of two computed tensors";
  op.traits.contraction = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
