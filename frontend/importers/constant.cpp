// Constant in all its forms, and ConstantOfShape.
#include "frontend/importer.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

void import_constant(NodeImport& node) {
  const ModelNode& model_node = node.node();
  if (model_node.attributes.size() != 1) {
    node.fail({"import.attribute", "a Constant has not exactly one value", "one attribute",
               fmt::format("{}", model_node.attributes.size())});
    return;
  }
  const std::string& form = model_node.attributes.front().name;
  if (form == "value") {
    const ModelTensor* tensor = node.tensor("value");
    if (!tensor || !tensor->data) return; // reported when it was read
    node.bind(0, *tensor->data);
    node.set_narrow_bits(0, tensor->bits);
  } else if (form == "value_float") {
    const float value = node.real("value_float", 0);
    if (!node.failed()) node.bind(0, Tensor::of({}, std::vector<float>{value}));
  } else if (form == "value_int") {
    const std::int64_t value = node.integer("value_int", 0);
    if (!node.failed()) node.bind(0, Tensor::of({}, std::vector<std::int64_t>{value}));
  } else if (form == "value_floats") {
    if (const auto values = node.reals("value_floats")) {
      node.bind(0, Tensor::of({static_cast<std::int64_t>(values->size())}, *values));
    }
  } else if (form == "value_ints") {
    if (const auto values = node.integers("value_ints")) {
      node.bind(0, Tensor::of({static_cast<std::int64_t>(values->size())}, *values));
    }
  } else {
    node.fail({"import.attribute", fmt::format("a Constant of the form '{}' is not supported", form),
               "value, value_float, value_floats, value_int or value_ints", "", "store the tensor densely"});
  }
}

void import_constant_of_shape(NodeImport& node) {
  const ModelTensor* value = node.has_attribute("value") ? node.tensor("value") : nullptr;
  const Tensor* dimensions = node.constant(0, "the shape");
  if (!dimensions || node.failed() || (value && !value->data)) return;
  if (!is_integer(dimensions->element())) {
    node.fail({"import.operand", "the shape is not a list of integers", "int64",
               std::string(name_of(dimensions->element()))});
    return;
  }
  if (value && value->data->count() != 1) {
    node.fail(
        {"import.attribute", "the value has not exactly one element", "1", fmt::format("{}", value->data->count())});
    return;
  }
  Shape shape = to_int64(*dimensions);
  const auto count = element_count(shape);
  if (!count || !node.allows_elements(*count)) {
    node.fail({"import.limit", "the constant has too many elements", "", text_of(shape)});
    return;
  }
  Tensor result(value ? value->data->element() : ElementType::float32, std::move(shape));
  if (value) {
    const std::span<const std::byte> element = value->data->bytes();
    const std::span<std::byte> bytes = result.mutable_bytes();
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = element[i % element.size()];
  }
  node.bind(0, std::move(result));
}

} // namespace

void register_constant_importer(ImporterRegistry& registry) {
  ImporterDefinition constant;
  constant.name = "constant";
  constant.import = import_constant;
  constant.operators = {{"", "Constant", 1, newest_opset, 0, 0, 1}};
  registry.add(std::move(constant));
  ImporterDefinition of_shape;
  of_shape.name = "constant_of_shape";
  of_shape.import = import_constant_of_shape;
  of_shape.operators = {{"", "ConstantOfShape", 9, newest_opset, 1, 1, 1}};
  registry.add(std::move(of_shape));
}

} // namespace tilewright
