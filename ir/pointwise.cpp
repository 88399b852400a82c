#include "ir/pointwise.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

std::optional<Shape> broadcast(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (const Shape* shape : {&a, &b}) {
    const std::size_t skipped = result.size() - shape->size();
    for (std::size_t i = 0; i < shape->size(); ++i) {
      const std::int64_t size = (*shape)[i];
      std::int64_t& common = result[skipped + i];
      if (size == 1) continue;
      if (common != 1 && common != size) return std::nullopt;
      common = size;
    }
  }
  return result;
}

std::vector<std::size_t> broadcast_indices(const Shape& operand, const Shape& result) {
  std::vector<std::size_t> strides(result.size(), 0);
  std::size_t stride = 1;
  for (std::size_t i = operand.size(); i-- > 0;) {
    if (operand[i] != 1) strides[result.size() - operand.size() + i] = stride;
    stride *= static_cast<std::size_t>(operand[i]);
  }
  std::vector<std::size_t> indices(static_cast<std::size_t>(element_count(result).value_or(0)));
  std::vector<std::int64_t> position(result.size(), 0);
  std::size_t index = 0;
  for (std::size_t& element : indices) {
    element = index;
    for (std::size_t axis = result.size(); axis-- > 0;) {
      index += strides[axis];
      if (++position[axis] < result[axis]) break;
      index -= strides[axis] * static_cast<std::size_t>(result[axis]);
      position[axis] = 0;
    }
  }
  return indices;
}

std::optional<OpError> infer_binary(const InferContext& context, CombineRanges combine,
                                    std::vector<ValueType>& results) {
  const ValueType& a = context.operands[0];
  const ValueType& b = context.operands[1];
  const bool integers = is_integer(a.element) && is_integer(b.element);
  const bool reals = a.element == b.element && (a.element == ElementType::float32 || a.element == ElementType::float64);
  if (!integers && !reals) {
    return OpError{"the operands' element types do not go together", "two integer types, or f32 twice, or f64 twice",
                   fmt::format("{} and {}", name_of(a.element), name_of(b.element)), "", 1};
  }
  std::optional<Shape> shape = broadcast(a.shape, b.shape);
  if (!shape || !element_count(*shape)) {
    return OpError{"the operands' shapes do not broadcast", "equal sizes, or 1, on each axis counted from the last",
                   fmt::format("{} and {}", text_of(a.shape), text_of(b.shape)), "", 1};
  }
  ValueType result{a.element, *std::move(shape), {}, {}};
  if (integers) {
    result.range = combine(range_of(a), range_of(b));
    if (!result.range) return OpError{"the result can exceed 64 bits", "", "", "narrow the operands' ranges", {}};
    result.element =
        storage_range(ElementType::int32).contains(*result.range) ? ElementType::int32 : ElementType::int64;
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::optional<OpError> infer_binary_of_reals(std::string_view op, const InferContext& context,
                                             std::vector<ValueType>& results) {
  for (std::size_t i = 0; i < 2; ++i) {
    const ElementType element = context.operands[i].element;
    if (element == ElementType::float32 || element == ElementType::float64) continue;
    return OpError{fmt::format("{} takes real numbers", op), "f32 or f64", std::string(name_of(element)), "", i};
  }
  return infer_binary(
      context, [](const IntegerRange&, const IntegerRange&) { return std::optional<IntegerRange>(); }, results);
}

Work work_of_pointwise(const EvaluateContext& context) {
  Work work;
  const auto add = [&work](const ValueType& type) {
    work.bytes += element_count(type.shape).value_or(0) * static_cast<std::int64_t>(size_in_bytes(type.element));
  };
  std::ranges::for_each(context.operand_types, add);
  std::ranges::for_each(context.result_types, add);
  return work;
}

} // namespace tilewright
