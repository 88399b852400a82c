#include "ir/ops/concat.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const std::int64_t axis = context.attributes.as<ConcatAttributes>().axis;
  ValueType result = context.operands[0];
  if (axis < 0 || axis >= static_cast<std::int64_t>(result.shape.size())) {
    return OpError{"the axis does not exist", fmt::format("an axis below {}", result.shape.size()),
                   fmt::format("{}", axis), "", 0};
  }
  const auto along = static_cast<std::size_t>(axis);
  if (is_integer(result.element)) result.range = range_of(result);
  // Numbers that mean different things have no common meaning.
  if (result.quantization && result.quantization->axis == along) result.quantization.reset();
  for (std::size_t i = 1; i < context.operands.size(); ++i) {
    const ValueType& operand = context.operands[i];
    Shape like_first = operand.shape;
    if (like_first.size() == result.shape.size()) like_first[along] = result.shape[along];
    if (operand.element != result.element || like_first != result.shape) {
      return OpError{"the operands differ in more than the size of the axis",
                     fmt::format("{} but for axis {}", text_of(context.operands[0]), axis), text_of(operand), "", i};
    }
    if (__builtin_add_overflow(result.shape[along], operand.shape[along], &result.shape[along]) ||
        !element_count(result.shape)) {
      return OpError{"the result is too large", "", "", "", i};
    }
    if (result.range) {
      const IntegerRange range = range_of(operand);
      result.range = {std::min(result.range->min, range.min), std::max(result.range->max, range.max)};
    }
    if (operand.quantization != context.operands[0].quantization) result.quantization.reset();
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto axis = static_cast<std::size_t>(context.attributes.as<ConcatAttributes>().axis);
  const ValueType& type = context.result_types[0];
  Tensor result(type.element, type.shape);
  std::int64_t before = 1;
  for (std::size_t i = 0; i < axis; ++i)
    before *= type.shape[i];
  std::byte* to = result.mutable_bytes().data();
  for (std::int64_t outer = 0; outer < before; ++outer) {
    for (const Tensor* operand : context.operands) {
      const std::size_t size = operand->bytes().size() / static_cast<std::size_t>(before);
      if (size > 0) std::memcpy(to, operand->bytes().data() + static_cast<std::size_t>(outer) * size, size);
      to += size;
    }
  }
  return {std::move(result)};
}

TraceResult trace(const TraceContext& context) {
  const auto axis = static_cast<std::size_t>(context.graph.node(context.node).attributes.as<ConcatAttributes>().axis);
  const auto& first = context.operands[0].form;
  if (first && (first->axis == axis || first->axis == positions_axis)) {
    return no_form("the operands have scales of their own along the concatenated axis", "quantize per tensor");
  }
  return trace_same_form(context);
}

} // namespace

void register_concat(OpRegistry& registry) {
  OpDefinition op;
  op.name = "concat";
  op.summary = "the operands one after the other along an axis";
  op.traits.shape_only = true;
  op.traits.joins = true;
  op.min_operands = 1;
  op.max_operands = 10'000;
  op.default_attributes = Attributes::of(ConcatAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
