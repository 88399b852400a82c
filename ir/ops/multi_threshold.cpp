// multi_threshold(x[..,C], thresholds[C or 1, T]) -> how many thresholds of its channel each element reaches, 0 to T.
// Any monotone quantizer is one.
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ValueType& x = context.operands[0];
  const ValueType& thresholds = context.operands[1];
  const std::int64_t channels = x.shape.empty() ? 1 : x.shape.back();
  if (thresholds.shape.size() != 2 || (thresholds.shape[0] != 1 && thresholds.shape[0] != channels)) {
    return OpError{"the thresholds do not fit the channels", fmt::format("1 or {} rows", channels),
                   fmt::format("'{}'", text_of(thresholds.shape)), "", 1};
  }
  if (x.element == ElementType::boolean || thresholds.element == ElementType::boolean ||
      is_integer(x.element) != is_integer(thresholds.element)) {
    return OpError{"the thresholds are of another kind than the operand", std::string(name_of(x.element)),
                   std::string(name_of(thresholds.element)), "", 1};
  }
  const IntegerRange range{0, thresholds.shape[1]};
  if (!storage_range(ElementType::uint16).contains(range)) {
    return OpError{"there are too many thresholds", "at most 65535", fmt::format("{}", range.max), "", 1};
  }
  results = {{narrowest_element(range), x.shape, {}, range}};
  return std::nullopt;
}

// T is a type that holds both exactly.
template <class T>
std::vector<std::int64_t> counted(const std::vector<T>& x, const std::vector<T>& thresholds, const Shape& rows) {
  const auto channels = static_cast<std::size_t>(rows[0]);
  const auto steps = static_cast<std::size_t>(rows[1]);
  std::vector<std::int64_t> counts;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto row = thresholds.begin() + static_cast<std::ptrdiff_t>(i % channels * steps);
    counts.push_back(std::count_if(row, row + static_cast<std::ptrdiff_t>(steps), [&](T t) { return x[i] >= t; }));
  }
  return counts;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& x = *context.operands[0];
  const Tensor& thresholds = *context.operands[1];
  const ValueType& type = context.result_types[0];
  const auto counts = is_integer(x.element()) ? counted(to_int64(x), to_int64(thresholds), thresholds.shape())
                                              : counted(to_double(x), to_double(thresholds), thresholds.shape());
  return {from_int64(type.element, type.shape, counts)};
}

} // namespace

void register_multi_threshold(OpRegistry& registry) {
  OpDefinition op;
  op.name = "multi_threshold";
  op.summary = "how many of its channel's thresholds each element reaches";
  op.traits.quantizer = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
