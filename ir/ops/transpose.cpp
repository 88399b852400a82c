#include "ir/ops/transpose.h"

#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<std::size_t> map_axis(const InferContext& context, std::size_t axis) {
  const auto& permutation = context.attributes.as<TransposeAttributes>().permutation;
  const auto position = std::ranges::find(permutation, static_cast<std::int64_t>(axis));
  return static_cast<std::size_t>(position - permutation.begin());
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& permutation = context.attributes.as<TransposeAttributes>().permutation;
  const ValueType& x = context.operands[0];
  std::vector<std::int64_t> sorted = permutation;
  std::ranges::sort(sorted);
  bool valid = sorted.size() == x.shape.size();
  for (std::size_t i = 0; valid && i < sorted.size(); ++i)
    valid = sorted[i] == static_cast<std::int64_t>(i);
  if (!valid) {
    return OpError{"the permutation does not name every axis once", fmt::format("the axes 0 to {}", x.shape.size() - 1),
                   fmt::format("[{}]", fmt::join(permutation, ", ")), "", 0};
  }
  ValueType result = x;
  for (std::size_t i = 0; i < permutation.size(); ++i)
    result.shape[i] = x.shape[static_cast<std::size_t>(permutation[i])];
  if (x.quantization && x.quantization->axis) result.quantization->axis = map_axis(context, *x.quantization->axis);
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& permutation = context.attributes.as<TransposeAttributes>().permutation;
  const Tensor& x = *context.operands[0];
  const Shape& shape = context.result_types[0].shape;
  std::vector<std::size_t> operand_strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) {
    operand_strides[i - 1] = operand_strides[i] * static_cast<std::size_t>(x.shape()[i]);
  }
  Tensor result(x.element(), shape);
  const std::size_t size = size_in_bytes(x.element());
  const std::span<const std::byte> from = x.bytes();
  const std::span<std::byte> to = result.mutable_bytes();
  std::vector<std::int64_t> position(shape.size(), 0);
  std::size_t index = 0; // of the operand's element
  for (std::size_t i = 0; i < static_cast<std::size_t>(result.count()); ++i) {
    std::memcpy(&to[i * size], &from[index * size], size);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      const std::size_t stride = operand_strides[static_cast<std::size_t>(permutation[axis])];
      index += stride;
      if (++position[axis] < shape[axis]) break;
      index -= stride * static_cast<std::size_t>(shape[axis]);
      position[axis] = 0;
    }
  }
  return {std::move(result)};
}

} // namespace

void register_transpose(OpRegistry& registry) {
  OpDefinition op;
  op.name = "transpose";
  op.summary = "the axes in another order";
  op.traits.shape_only = true;
  op.default_attributes = Attributes::of(TransposeAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace_view;
  op.map_axis = map_axis;
  registry.add(std::move(op));
}

} // namespace tilewright
