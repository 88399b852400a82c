#include "ir/ops/unary.h"

#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<UnaryAttributes>();
  const ValueType& x = context.operands[0];
  if (!unary_function(attributes.function)) {
    return OpError{"the function is not known", "", attributes.function, "", {}};
  }
  if (x.element != ElementType::float32 && x.element != ElementType::float64) {
    return OpError{"unary takes real numbers", "f32 or f64", std::string(name_of(x.element)), "", 0};
  }
  results = {{x.element, x.shape, {}, {}}};
  return std::nullopt;
}

// In double precision, rounded once.
std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<UnaryAttributes>();
  const UnaryFunction function = unary_function(attributes.function);
  const double alpha = attributes.alpha.to_double();
  const double beta = attributes.beta.to_double();
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), x.shape());
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    if constexpr (std::is_floating_point_v<T>) {
      std::ranges::transform(values, result.mutable_data<T>().begin(), [&](T value) {
        return static_cast<T>(function(static_cast<double>(value), alpha, beta));
      });
    }
  });
  return {std::move(result)};
}

Enclosure enclose(const Attributes& attributes, std::span<const Enclosure> x, int precision) {
  const auto& a = attributes.as<UnaryAttributes>();
  return unary_enclosure(a.function)(x[0], a.alpha, a.beta, precision);
}

} // namespace

void register_unary(OpRegistry& registry) {
  OpDefinition op;
  op.name = "unary";
  op.summary = "a function of one real number, for every element: sigmoid, tanh, exp, ...";
  op.traits.pointwise = true;
  op.default_attributes = Attributes::of(UnaryAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.enclose = enclose;
  registry.add(std::move(op));
}

} // namespace tilewright
