// What element-wise ops share: broadcasting as in NumPy and ONNX, result types, evaluation of two operands.
#pragma once

#include "ir/op.h"

#include <string_view>

namespace tilewright {

// The common shape of two operands, aligned at their last axes; nullopt when an axis has two different sizes above 1.
std::optional<Shape> broadcast(const Shape& a, const Shape& b);

// For every element of `result`, in memory order, the index of the operand's element that it reads.
std::vector<std::size_t> broadcast_indices(const Shape& operand, const Shape& result);

// Both operands f32, both f64, or both integers; the shapes broadcast. An integer result has the range that
// `combine(range of a, range of b)` gives and is stored as i32 if that fits, else as i64.
using CombineRanges = std::optional<IntegerRange> (*)(const IntegerRange& a, const IntegerRange& b);
std::optional<OpError> infer_binary(const InferContext& context, CombineRanges combine,
                                    std::vector<ValueType>& results);

// The same for an op that is defined on real numbers only; its name is for the message.
std::optional<OpError> infer_binary_of_reals(std::string_view op, const InferContext& context,
                                             std::vector<ValueType>& results);

// `function(a, b)` for every element, in the operands' own real type, or in int64.
template <class Function> std::vector<Tensor> evaluate_binary(const EvaluateContext& context, Function function) {
  const Tensor& a = *context.operands[0];
  const Tensor& b = *context.operands[1];
  const ValueType& type = context.result_types[0];
  const std::vector<std::size_t> from_a = broadcast_indices(a.shape(), type.shape);
  const std::vector<std::size_t> from_b = broadcast_indices(b.shape(), type.shape);
  const auto compute = [&](auto x, auto y, auto result) {
    for (std::size_t i = 0; i < result.size(); ++i)
      result[i] = function(x[from_a[i]], y[from_b[i]]);
  };
  if (is_integer(type.element)) {
    std::vector<std::int64_t> values(from_a.size());
    compute(to_int64(a), to_int64(b), std::span(values));
    return {from_int64(type.element, type.shape, values)};
  }
  Tensor result(type.element, type.shape);
  if (type.element == ElementType::float64) {
    compute(a.data<double>(), b.data<double>(), result.mutable_data<double>());
  } else {
    compute(a.data<float>(), b.data<float>(), result.mutable_data<float>());
  }
  return {std::move(result)};
}

// No multiply-accumulates; every operand read and every result written once.
Work work_of_pointwise(const EvaluateContext& context);

} // namespace tilewright
