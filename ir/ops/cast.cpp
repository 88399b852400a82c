#include "ir/ops/cast.h"

#include "ir/graph.h"
#include "ir/pointwise.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const ElementType to = context.attributes.as<CastAttributes>().element;
  if (to != ElementType::float32 && to != ElementType::float64) {
    return OpError{"cast gives real numbers", "f32 or f64", std::string(name_of(to)), "use a quantizer", {}};
  }
  if (context.operands[0].element == ElementType::boolean) {
    return OpError{"cast takes numbers", "integers or reals", "bool", "", 0};
  }
  results = {{to, context.operands[0].shape, {}, {}}};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const Tensor& x = *context.operands[0];
  Tensor result(context.attributes.as<CastAttributes>().element, x.shape());
  const auto convert = [&]<class To>(std::span<To> to) {
    visit_elements(x, [&](auto values) {
      std::ranges::transform(values, to.begin(), [](auto value) { return static_cast<To>(value); });
    });
  };
  if (result.element() == ElementType::float32) {
    convert(result.mutable_data<float>());
  } else {
    convert(result.mutable_data<double>());
  }
  return {std::move(result)};
}

// Exact numbers have no type to be rounded to.
TraceResult trace(const TraceContext& context) {
  const ValueId operand = context.graph.node(context.node).operands[0];
  if (!is_integer(context.graph.type(operand).element)) return context.operands[0];
  AffineForm form;
  form.source = operand;
  form.ratio = {Rational(1)};
  form.offset = {Rational(0)};
  return {std::move(form), {}, {}};
}

Enclosure enclose(const Attributes&, std::span<const Enclosure> x, int) { return x[0]; }

} // namespace

void register_cast(OpRegistry& registry) {
  OpDefinition op;
  op.name = "cast";
  op.summary = "numbers as real numbers of another type";
  op.traits.pointwise = true;
  op.default_attributes = Attributes::of(CastAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  op.enclose = enclose;
  registry.add(std::move(op));
}

} // namespace tilewright
