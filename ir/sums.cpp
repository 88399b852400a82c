#include "ir/sums.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"

namespace tilewright {

std::optional<OpError> set_type_of_sum(ValueType& result, const IntegerRange& range, std::int64_t count) {
  if (result.element == ElementType::boolean) return OpError{"a sum takes numbers", "integers or reals", "bool", "", 0};
  if (!is_integer(result.element)) return std::nullopt;
  IntegerRange sum;
  if (__builtin_mul_overflow(range.min, count, &sum.min) || __builtin_mul_overflow(range.max, count, &sum.max)) {
    return OpError{"the sum can exceed 64 bits", "", "", "narrow the operand's range", {}};
  }
  result.range = sum;
  result.element = storage_range(ElementType::int32).contains(sum) ? ElementType::int32 : ElementType::int64;
  return std::nullopt;
}

TraceResult trace_sum_of_elements(const TraceContext& context, const Attributes& attributes, std::int64_t count,
                                  std::optional<std::size_t> axis) {
  Graph& graph = context.graph;
  AffineForm form = *context.operands[0].form;
  if (!form.source || graph.constant(*form.source)) return no_form("the summed tensor is a constant");
  if (form.lower || form.upper) return no_form("the summed tensor is bounded without a quantizer");
  if (form.axis && (!axis || form.axis == positions_axis)) {
    return no_form("the elements of a sum have scales of their own", "quantize the tensor in front of the sum");
  }
  // The sum of sums is the sum of each term's sums.
  std::vector<ValueId*> sources{&*form.source};
  for (AffineTerm& term : form.addends)
    sources.push_back(&term.source);
  for (ValueId* const source : sources) {
    const Node node = graph.node(context.node);
    auto added = graph.add_node(*node.op, attributes, {*source}, node.origin, context.node,
                                {graph.value(node.results[0]).name + ".int"});
    if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
    *source = graph.node(std::get<NodeId>(added)).results[0];
  }
  form.axis = axis;
  for (Rational& offset : form.offset)
    offset *= Rational(count);
  return {std::move(form), {}, {}};
}

} // namespace tilewright
