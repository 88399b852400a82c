// Softmax and LogSoftmax, and ArgMax and ArgMin.
#include "ir/ops/softmax.h"
#include "frontend/axes.h"
#include "frontend/constant_arithmetic.h"
#include "ir/ops/arg_max.h"
#include "ir/ops/reshape.h"

namespace tilewright {

namespace {

// Before opset 13 all axes from `axis` on count as one line.
void import_softmax(NodeImport& node) {
  constexpr std::int64_t first_along_one_axis = 13;
  const bool one_axis = node.opset() >= first_along_one_axis;
  const Shape shape = node.type(0).shape;
  const auto axis = axis_from_front(node, node.integer("axis", one_axis ? -1 : 1), shape.size());
  if (!axis || node.failed() || !require_real_operands(node)) return;
  SoftmaxAttributes attributes{*axis, node.node().op_type == "LogSoftmax"};
  if (one_axis) return void(node.add_output(0, "softmax", Attributes::of(attributes), {node.input(0)}));
  Shape matrix{1, 1};
  for (std::size_t i = 0; i < shape.size(); ++i)
    matrix[static_cast<std::int64_t>(i) < *axis ? 0 : 1] *= shape[i];
  attributes.axis = 1;
  const auto lines = node.add_node("lines", "reshape", Attributes::of(ReshapeAttributes{matrix}), {node.input(0)});
  const auto result = lines ? node.add_node("softmax", "softmax", Attributes::of(attributes), {*lines}) : std::nullopt;
  if (result) node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{shape}), {*result});
}

void import_arg_max(NodeImport& node) {
  constexpr std::int64_t first_with_last = 12;
  const auto axis = axis_from_front(node, node.integer("axis", 0), node.type(0).shape.size());
  const bool keeps = node.integer("keepdims", 1) != 0;
  const bool last = node.opset() >= first_with_last && node.integer("select_last_index", 0) != 0;
  if (!axis || node.failed() || !require_real_operands(node)) return;
  const ArgMaxAttributes attributes{*axis, node.node().op_type == "ArgMin", last};
  if (keeps) return void(node.add_output(0, "arg_max", Attributes::of(attributes), {node.input(0)}));
  const auto places = node.add_node("kept", "arg_max", Attributes::of(attributes), {node.input(0)});
  if (!places) return;
  Shape shape = node.type_of(*places).shape;
  shape.erase(shape.begin() + *axis);
  node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {*places});
}

} // namespace

void register_softmax_importer(ImporterRegistry& registry) {
  ImporterDefinition softmax;
  softmax.name = "softmax";
  softmax.import = import_softmax;
  softmax.operators = {{"", "Softmax", 1, newest_opset, 1, 1, 1}, {"", "LogSoftmax", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(softmax));
  ImporterDefinition arg_max;
  arg_max.name = "arg_max";
  arg_max.import = import_arg_max;
  arg_max.operators = {{"", "ArgMax", 1, newest_opset, 1, 1, 1}, {"", "ArgMin", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(arg_max));
}

} // namespace tilewright
