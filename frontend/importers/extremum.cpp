// Max and Min of tensors, LeakyRelu and PRelu: with a slope s up to 1, x for x >= 0 and s * x below is the larger one
// of x and s * x.
#include "ir/ops/extremum.h"
#include "frontend/constant_arithmetic.h"
#include "frontend/rectifier.h"
#include "ir/ops/reshape.h"

#include <cmath>

namespace tilewright {

namespace {

// Integers have an order without any scale, so that they need no quantizer around them.
void import_extremum(NodeImport& node) {
  if (!is_integer(node.type(0).element) && !require_real_operands(node)) return;
  const Attributes attributes = Attributes::of(ExtremumAttributes{node.node().op_type == "Min"});
  std::optional<ValueId> result = node.input(0);
  const std::size_t count = node.node().inputs.size();
  for (std::size_t i = 1; result && i + 1 < count; ++i)
    result = node.add_node("part", "extremum", attributes, {*result, node.input(i)});
  if (!result) return;
  if (count == 1) return node.bind(0, *result);
  node.add_output(0, "extremum", attributes, {*result, node.input(count - 1)});
}

void import_leaky_relu(NodeImport& node) {
  const float alpha = node.real("alpha", 0.01F);
  if (!std::isfinite(alpha)) node.fail({"import.attribute", "a parameter of the function is not finite"});
  if (node.failed() || !require_real_operands(node)) return;
  const Tensor slope = node.type(0).element == ElementType::float64
                           ? Tensor::of({}, std::vector<double>{static_cast<double>(alpha)})
                           : Tensor::of({}, std::vector<float>{alpha});
  add_rectifier(node, node.input(0), node.add_constant("slope", slope));
}

// Until opset 6 a list of slopes is one for each channel, which is axis 1; since then it broadcasts as everything does.
std::optional<ValueId> slope_of(NodeImport& node) {
  constexpr std::int64_t first_with_broadcast = 7;
  const Shape& x = node.type(0).shape;
  const Shape& slope = node.type(1).shape;
  if (node.opset() >= first_with_broadcast || slope.size() != 1 || x.size() < 2) return node.input(1);
  Shape channels(x.size() - 1, 1);
  channels.front() = slope.front();
  return node.add_node("slope", "reshape", Attributes::of(ReshapeAttributes{std::move(channels)}), {node.input(1)});
}

void import_prelu(NodeImport& node) {
  if (!require_real_operands(node)) return;
  const auto slope = slope_of(node);
  if (!slope) return;
  add_rectifier(node, node.input(0), *slope);
}

} // namespace

void register_extremum_importer(ImporterRegistry& registry) {
  const auto add = [&registry](std::string name, void (*import)(NodeImport&), std::vector<ImportedOperator> operators) {
    ImporterDefinition importer;
    importer.name = std::move(name);
    importer.import = import;
    importer.operators = std::move(operators);
    registry.add(std::move(importer));
  };
  add("extremum", import_extremum,
      {{"", "Max", 6, newest_opset, 1, most_operands, 1}, {"", "Min", 6, newest_opset, 1, most_operands, 1}});
  add("leaky_relu", import_leaky_relu, {{"", "LeakyRelu", 6, newest_opset, 1, 1, 1}});
  add("prelu", import_prelu, {{"", "PRelu", 6, newest_opset, 2, 2, 1}});
}

} // namespace tilewright
