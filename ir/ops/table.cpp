#include "ir/ops/table.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::size_t column_of(std::int64_t x) { return static_cast<std::size_t>(static_cast<std::uint8_t>(x)); }

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& a = context.attributes.as<TableAttributes>();
  const ValueType& x = context.operands[0];
  const ValueType& entries = context.operands[1];
  if (x.element != ElementType::int8 && x.element != ElementType::uint8) {
    return OpError{"table takes 8-bit integers", "i8 or u8", std::string(name_of(x.element)), "", 0};
  }
  const std::int64_t channels = x.shape.empty() ? 1 : x.shape.back();
  if (entries.shape.size() != 2 || entries.shape[1] != table_columns ||
      (entries.shape[0] != 1 && entries.shape[0] != channels)) {
    return OpError{"the entries do not fit the operand", fmt::format("'1x{0}' or '{1}x{0}'", table_columns, channels),
                   fmt::format("'{}'", text_of(entries.shape)), "", 1};
  }
  if (!is_integer(entries.element)) {
    return OpError{"the entries are no integers", "an integer type", std::string(name_of(entries.element)), "", 1};
  }
  if (auto error = check_quantization(a.scale, a.zero_point, a.axis, x.shape, true)) return error;
  IntegerRange range = range_of(entries);
  if (const Tensor* data = context.constants[1]) { // only what x can reach
    const std::vector<std::int64_t> values = to_int64(*data);
    const IntegerRange reach = range_of(x);
    range = {values[column_of(reach.min)], values[column_of(reach.min)]};
    for (std::size_t row = 0; row < values.size(); row += table_columns) {
      for (std::int64_t v = reach.min; v <= reach.max; ++v) {
        range.min = std::min(range.min, values[row + column_of(v)]);
        range.max = std::max(range.max, values[row + column_of(v)]);
      }
    }
  }
  results = {{entries.element, x.shape, quantization_of(a.scale, a.zero_point, a.axis), range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const std::vector<std::int64_t> x = to_int64(*context.operands[0]);
  const std::vector<std::int64_t> entries = to_int64(*context.operands[1]);
  const std::size_t rows = entries.size() / table_columns;
  std::vector<std::int64_t> values(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    values[i] = entries[i % rows * table_columns + column_of(x[i])];
  return {from_int64(context.operands[1]->element(), context.operands[0]->shape(), values)};
}

} // namespace

void register_table(OpRegistry& registry) {
  OpDefinition op;
  op.name = "table";
  op.summary = "any function of an 8-bit integer: the entry that its value names";
  op.traits.pointwise = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.default_attributes = Attributes::of(TableAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
