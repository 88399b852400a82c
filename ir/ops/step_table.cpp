#include "ir/ops/step_table.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t most_shift = 30;

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<StepTableAttributes>();
  const ValueType& x = context.operands[0];
  const ValueType& edges = context.operands[1];
  const ValueType& levels = context.operands[2];
  for (std::size_t i = 0; i < context.operands.size(); ++i) {
    if (is_integer(context.operands[i].element)) continue;
    return OpError{"step_table takes integers", "an integer type", std::string(name_of(context.operands[i].element)),
                   "", i};
  }
  if (a.shift < 0 || a.shift > most_shift) {
    return OpError{"the buckets' size is out of range", fmt::format("a shift from 0 to {}", most_shift),
                   fmt::format("{}", a.shift)};
  }
  if (edges.shape.size() != 1 || levels.shape != Shape{2, edges.shape[0]}) {
    return OpError{"edges and levels do not fit each other", "one edge and two levels for each bucket",
                   fmt::format("'{}' and '{}'", text_of(edges.shape), text_of(levels.shape)), "", 2};
  }
  const IntegerRange buckets{0, (edges.shape[0] << a.shift) - 1};
  if (!buckets.contains(range_of(x))) {
    return OpError{"the operand leaves the buckets", fmt::format("0 to {}", buckets.max),
                   fmt::format("{} to {}", range_of(x).min, range_of(x).max), "", 0};
  }
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;
  results = {{levels.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range_of(levels)}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const std::int64_t shift = context.attributes.as<StepTableAttributes>().shift;
  std::vector<std::int64_t> values = to_int64(*context.operands[0]);
  const std::vector<std::int64_t> edges = to_int64(*context.operands[1]);
  const std::vector<std::int64_t> levels = to_int64(*context.operands[2]);
  for (std::int64_t& value : values) {
    const auto bucket = static_cast<std::size_t>(value >> shift);
    value = levels[bucket + (value >= edges[bucket] ? edges.size() : 0)];
  }
  return {from_int64(context.operands[2]->element(), context.operands[0]->shape(), values)};
}

} // namespace

void register_step_table(OpRegistry& registry) {
  OpDefinition op;
  op.name = "step_table";
  op.summary = "a function of an integer with one step in each of many buckets";
  op.traits.pointwise = true;
  op.min_operands = 3;
  op.max_operands = 3;
  op.default_attributes = Attributes::of(StepTableAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
