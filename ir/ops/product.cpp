#include "ir/ops/product.h"

#include "ir/pointwise.h"
#include "ir/quantization_checks.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t widest = 1 << 16; // of a zero point, and of an operand without it

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& zero_point = context.attributes.as<ProductAttributes>().zero_point;
  if (auto error = check_terms("product", context.operands)) return error;
  if (zero_point.size() != 2) {
    return OpError{"there is not one zero point for each operand", "2", fmt::format("{}", zero_point.size()), "", {}};
  }
  IntegerRange centred[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const IntegerRange range = range_of(context.operands[i]);
    if (std::abs(zero_point[i]) > widest || range.min < -widest || range.max > widest) {
      return OpError{"an operand or its zero point has more than 16 bits", "", text_of(context.operands[i]),
                     "quantize it to 16 bits or fewer", i};
    }
    centred[i] = {range.min - zero_point[i], range.max - zero_point[i]};
  }
  const std::int64_t ends[] = {centred[0].min * centred[1].min, centred[0].min * centred[1].max,
                               centred[0].max * centred[1].min, centred[0].max * centred[1].max};
  const IntegerRange range{std::ranges::min(ends), std::ranges::max(ends)};
  if (!storage_range(ElementType::int32).contains(range)) {
    return OpError{"the products may exceed 32 bits",
                   "",
                   fmt::format("{} to {}", range.min, range.max),
                   "quantize the operands to fewer bits",
                   {}};
  }
  results = {{ElementType::int32, context.operands[0].shape, {}, range}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& zero_point = context.attributes.as<ProductAttributes>().zero_point;
  std::vector<std::int64_t> products = to_int64(*context.operands[0]);
  const std::vector<std::int64_t> b = to_int64(*context.operands[1]);
  for (std::size_t i = 0; i < products.size(); ++i)
    products[i] = (products[i] - zero_point[0]) * (b[i] - zero_point[1]);
  return {from_int64(ElementType::int32, context.operands[0]->shape(), products)};
}

} // namespace

void register_product(OpRegistry& registry) {
  OpDefinition op;
  op.name = "product";
  op.summary = "(a - zero_point) * (b - zero_point) of integers of one shape";
  op.traits.pointwise = true;
  op.traits.contraction = true;
  op.min_operands = 2;
  op.max_operands = 2;
  op.default_attributes = Attributes::of(ProductAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  registry.add(std::move(op));
}

} // namespace tilewright
