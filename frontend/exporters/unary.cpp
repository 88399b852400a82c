// Functions of one real number: ONNX has an operator for each.
#include "ir/ops/unary.h"
#include "frontend/exporter.h"

#include <algorithm>
#include <array>

namespace tilewright {

namespace {

struct Function {
  std::string_view name;
  std::string_view op_type;
  std::int64_t opset = 1;
  std::string_view alpha = {}; // the attributes that are the function's parameters
  std::string_view beta = {};
};

constexpr std::array functions{
    Function{"abs", "Abs"},
    Function{"ceil", "Ceil"},
    Function{"cos", "Cos"},
    Function{"elu", "Elu", 1, "alpha"},
    Function{"erf", "Erf"},
    Function{"exp", "Exp"},
    Function{"floor", "Floor"},
    Function{"gelu", "Gelu", 20},
    Function{"gelu_tanh", "Gelu", 20},
    Function{"hard_sigmoid", "HardSigmoid", 1, "alpha", "beta"},
    Function{"hard_swish", "HardSwish"},
    Function{"log", "Log"},
    Function{"mish", "Mish", 18},
    Function{"pow", "Pow"},
    Function{"reciprocal", "Reciprocal"},
    Function{"round", "Round"},
    Function{"selu", "Selu", 1, "alpha", "gamma"},
    Function{"sigmoid", "Sigmoid"},
    Function{"sign", "Sign"},
    Function{"sin", "Sin"},
    Function{"softplus", "Softplus"},
    Function{"softsign", "Softsign"},
    Function{"sqrt", "Sqrt"},
    Function{"tanh", "Tanh"},
    Function{"thresholded_relu", "ThresholdedRelu", 1, "alpha"},
};

void write_unary(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<UnaryAttributes>();
  const auto* function = std::ranges::find(functions, attributes.function, &Function::name);
  if (function == functions.end()) return node.refuse("ONNX has no such function");
  node.require_opset(function->opset);
  std::vector<ModelAttribute> parameters;
  if (!function->alpha.empty()) {
    parameters.push_back({std::string(function->alpha), static_cast<float>(attributes.alpha.to_double())});
  }
  if (!function->beta.empty()) {
    parameters.push_back({std::string(function->beta), static_cast<float>(attributes.beta.to_double())});
  }
  if (function->name == "gelu_tanh") parameters.push_back({"approximate", std::string("tanh")});
  std::vector<std::string> inputs{node.operand(0)};
  if (function->name == "pow") inputs.push_back(node.scalar(node.type(0).element, attributes.alpha.to_double()));
  node.result(std::string(function->op_type), std::move(inputs), std::move(parameters));
}

} // namespace

void register_unary_exporter(ExporterRegistry& registry) { registry.add({"unary", write_unary}); }

} // namespace tilewright
