#include "ir/ops/reshape.h"

#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

// An axis stays an axis where the result has one of the same size with as many elements before it.
std::optional<std::size_t> map_axis(const InferContext& context, std::size_t axis) {
  const Shape& from = context.operands[0].shape;
  const Shape& to = context.attributes.as<ReshapeAttributes>().shape;
  std::int64_t before = 1;
  for (std::size_t i = 0; i < axis; ++i)
    before *= from[i];
  std::int64_t before_in_result = 1;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (before_in_result == before && to[i] == from[axis]) return i;
    before_in_result *= to[i];
  }
  return std::nullopt;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<ReshapeAttributes>();
  const ValueType& x = context.operands[0];
  if (!element_count(attributes.shape) || element_count(attributes.shape) != element_count(x.shape)) {
    return OpError{"the new shape has another number of elements",
                   fmt::format("{} elements", element_count(x.shape).value_or(0)),
                   fmt::format("'{}' for '{}'", text_of(attributes.shape), text_of(x.shape)), "", 0};
  }
  ValueType result = x;
  result.shape = attributes.shape;
  if (x.quantization && x.quantization->axis) {
    result.quantization->axis = map_axis(context, *x.quantization->axis);
    // The stored integers stay right; only what they mean is no longer one scale along one axis.
    if (!result.quantization->axis) result.quantization.reset();
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  return {context.operands[0]->reshaped(context.attributes.as<ReshapeAttributes>().shape)};
}

} // namespace

void register_reshape(OpRegistry& registry) {
  OpDefinition op;
  op.name = "reshape";
  op.summary = "the same elements in the same order under another shape";
  op.traits.shape_only = true;
  op.default_attributes = Attributes::of(ReshapeAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace_view;
  op.map_axis = map_axis;
  registry.add(std::move(op));
}

} // namespace tilewright
