// Functions of one real number, and Pow.
#include "ir/ops/unary.h"
#include "frontend/constant_arithmetic.h"
#include "ir/ops/cast.h"

#include <array>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

struct Function {
  std::string_view op_type;
  std::int64_t first_opset;
  std::string_view name;
  // Attributes that are the function's alpha and beta; "" where there is none.
  std::string_view alpha;
  float alpha_otherwise;
  std::string_view beta;
  float beta_otherwise;
};

constexpr Function plain(std::string_view op_type, std::int64_t first_opset, std::string_view name) {
  return {op_type, first_opset, name, "", 0, "", 0};
}

constexpr std::array functions{
    plain("Abs", 6, "abs"),
    plain("Ceil", 6, "ceil"),
    plain("Cos", 7, "cos"),
    Function{"Elu", 6, "elu", "alpha", 1, "", 0},
    plain("Erf", 9, "erf"),
    plain("Exp", 6, "exp"),
    plain("Floor", 6, "floor"),
    Function{"HardSigmoid", 6, "hard_sigmoid", "alpha", 0.2F, "beta", 0.5F},
    plain("HardSwish", 14, "hard_swish"),
    plain("Log", 6, "log"),
    plain("Mish", 18, "mish"),
    plain("Reciprocal", 6, "reciprocal"),
    Function{"Selu", 6, "selu", "alpha", 1.67326319217681884765625F, "gamma", 1.05070102214813232421875F},
    plain("Sigmoid", 6, "sigmoid"),
    plain("Sign", 9, "sign"),
    plain("Sin", 7, "sin"),
    plain("Softplus", 1, "softplus"),
    plain("Softsign", 1, "softsign"),
    plain("Sqrt", 6, "sqrt"),
    plain("Tanh", 6, "tanh"),
    Function{"ThresholdedRelu", 10, "thresholded_relu", "alpha", 1, "", 0},
};

void import_unary(NodeImport& node) {
  for (const Function& function : functions) {
    if (function.op_type != node.node().op_type) continue;
    const float alpha = function.alpha.empty() ? 0 : node.real(function.alpha, function.alpha_otherwise);
    const float beta = function.beta.empty() ? 0 : node.real(function.beta, function.beta_otherwise);
    if (!std::isfinite(alpha) || !std::isfinite(beta)) {
      node.fail({"import.attribute", "a parameter of the function is not finite"});
    }
    if (node.failed() || !require_real_operands(node)) return;
    node.add_output(
        0, "unary",
        Attributes::of(UnaryAttributes{std::string(function.name), Rational::from_double(static_cast<double>(alpha)),
                                       Rational::from_double(static_cast<double>(beta))}),
        {node.input(0)});
  }
}

void import_gelu(NodeImport& node) {
  const std::string form = node.text("approximate", "none");
  if (form != "none" && form != "tanh") {
    node.fail({"import.attribute", "the approximation is not known", "none or tanh", form});
  }
  if (node.failed() || !require_real_operands(node)) return;
  node.add_output(0, "unary", Attributes::of(UnaryAttributes{form == "tanh" ? "gelu_tanh" : "gelu", {}, {}}),
                  {node.input(0)});
}

// -x is exact as a product. Integers are shapes and axes.
void import_neg(NodeImport& node) {
  if (is_integer(node.type(0).element) && node.is_constant(0)) {
    const Tensor* data = node.constant(0, "the operand");
    if (!data) return;
    const Tensor zero(data->element(), {});
    return node.bind(0, *compute(ConstantOperator::subtract, zero, *data));
  }
  if (!require_real_operands(node)) return;
  const Tensor minus_one = node.type(0).element == ElementType::float64 ? Tensor::of({}, std::vector<double>{-1})
                                                                        : Tensor::of({}, std::vector<float>{-1});
  node.add_output(0, "mul", {}, {node.input(0), node.add_constant("minus_one", minus_one)});
}

void import_pow(NodeImport& node) {
  if (node.type(0).element != ElementType::float32 && node.type(0).element != ElementType::float64) {
    return void(require_real_operands(node));
  }
  const auto is_one_number = [&] {
    const Tensor* data = node.is_constant(1) ? node.constant(1, "the exponent") : nullptr;
    return data != nullptr && data->count() == 1 && data->shape().size() <= node.type(0).shape.size() &&
           std::isfinite(to_double(*data)[0]);
  };
  if (!is_one_number()) { // several, or computed
    ValueId exponents = node.input(1);
    if (node.type(1).element != node.type(0).element) {
      const auto real =
          node.add_node("exponents", "cast", Attributes::of(CastAttributes{node.type(0).element}), {exponents});
      if (!real) return;
      exponents = *real;
    }
    return void(node.add_output(0, "pow", {}, {node.input(0), exponents}));
  }
  const Tensor* exponent = node.constant(1, "the exponent");
  node.add_output(0, "unary",
                  Attributes::of(UnaryAttributes{"pow", Rational::from_double(to_double(*exponent)[0]), {}}),
                  {node.input(0)});
}

} // namespace

void register_unary_importer(ImporterRegistry& registry) {
  const auto add = [&registry](std::string name, void (*import)(NodeImport&), std::vector<ImportedOperator> operators) {
    ImporterDefinition importer;
    importer.name = std::move(name);
    importer.import = import;
    importer.operators = std::move(operators);
    registry.add(std::move(importer));
  };
  std::vector<ImportedOperator> operators;
  for (const Function& function : functions)
    operators.push_back({"", std::string(function.op_type), function.first_opset, newest_opset, 1, 1, 1});
  add("unary", import_unary, std::move(operators));
  add("gelu", import_gelu, {{"", "Gelu", 20, newest_opset, 1, 1, 1}});
  add("neg", import_neg, {{"", "Neg", 6, newest_opset, 1, 1, 1}});
  add("pow", import_pow, {{"", "Pow", 7, newest_opset, 2, 2, 1}});
}

} // namespace tilewright
