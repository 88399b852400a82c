#include "ir/ops/gather.h"

#include "ir/affine_algebra.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<std::size_t> map_axis(const InferContext& context, std::size_t axis) {
  if (static_cast<std::int64_t>(axis) == context.attributes.as<GatherAttributes>().axis) return std::nullopt;
  return axis;
}

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<GatherAttributes>();
  ValueType result = context.operands[0];
  if (attributes.axis < 0 || attributes.axis >= static_cast<std::int64_t>(result.shape.size())) {
    return OpError{"the axis does not exist", fmt::format("an axis below {}", result.shape.size()),
                   fmt::format("{}", attributes.axis), "", 0};
  }
  const auto axis = static_cast<std::size_t>(attributes.axis);
  for (const std::int64_t index : attributes.indices) {
    if (index >= 0 && index < result.shape[axis]) continue;
    return OpError{"an index lies outside of the axis", fmt::format("0 to {}", result.shape[axis] - 1),
                   fmt::format("{}", index), "", 0};
  }
  result.shape[axis] = static_cast<std::int64_t>(attributes.indices.size());
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  if (result.quantization && result.quantization->axis == axis) {
    Quantization chosen{{}, {}, axis};
    for (const std::int64_t index : attributes.indices) {
      chosen.scales.push_back(result.quantization->scales[static_cast<std::size_t>(index)]);
      chosen.zero_points.push_back(result.quantization->zero_points[static_cast<std::size_t>(index)]);
    }
    result.quantization = std::move(chosen);
    if (attributes.indices.empty()) result.quantization.reset();
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<GatherAttributes>();
  const Tensor& x = *context.operands[0];
  const auto axis = static_cast<std::size_t>(attributes.axis);
  Tensor result(x.element(), context.result_types[0].shape);
  std::size_t block = size_in_bytes(x.element()); // bytes of one index of the axis
  for (std::size_t i = axis + 1; i < x.shape().size(); ++i)
    block *= static_cast<std::size_t>(x.shape()[i]);
  std::size_t before = 1;
  for (std::size_t i = 0; i < axis; ++i)
    before *= static_cast<std::size_t>(x.shape()[i]);
  if (result.count() == 0) return {std::move(result)};
  const std::byte* from = x.bytes().data();
  std::byte* to = result.mutable_bytes().data();
  for (std::size_t outer = 0; outer < before; ++outer) {
    for (const std::int64_t index : attributes.indices) {
      std::memcpy(to, from + static_cast<std::size_t>(index) * block, block);
      to += block;
    }
    from += static_cast<std::size_t>(x.shape()[axis]) * block;
  }
  return {std::move(result)};
}

} // namespace

void register_gather(OpRegistry& registry) {
  OpDefinition op;
  op.name = "gather";
  op.summary = "chosen indices of an axis";
  op.traits.shape_only = true;
  op.default_attributes = Attributes::of(GatherAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace_view;
  op.map_axis = map_axis;
  registry.add(std::move(op));
}

} // namespace tilewright
