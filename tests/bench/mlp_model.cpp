#include "mlp_model.h"

#include "frontend/onnx/messages.h"

#include <fmt/format.h>
#include <random>
#include <vector>

namespace tilewright::testing {

namespace {

void add_node(onnx::GraphProto& graph, const std::string& type, const std::vector<std::string>& inputs,
              const std::string& output) {
  auto* node = graph.add_node();
  node->set_op_type(type);
  node->set_name("/" + output);
  for (const std::string& input : inputs)
    node->add_input(input);
  node->add_output(output);
}

template <class T>
void add_initializer(onnx::GraphProto& graph, const std::string& name, onnx::TensorProto::DataType type,
                     const std::vector<int>& shape, const std::vector<T>& values) {
  auto* tensor = graph.add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(type);
  for (const int size : shape)
    tensor->add_dims(size);
  tensor->set_raw_data(values.data(), values.size() * sizeof(T));
}

void set_type(onnx::ValueInfoProto& value, const std::string& name, int batch, int width) {
  value.set_name(name);
  auto* type = value.mutable_type()->mutable_tensor_type();
  type->set_elem_type(onnx::TensorProto::FLOAT);
  type->mutable_shape()->add_dim()->set_dim_value(batch);
  type->mutable_shape()->add_dim()->set_dim_value(width);
}

// `from` through a quantizer and back.
std::string add_quantizer(onnx::GraphProto& graph, const std::string& from, const std::string& scale) {
  add_node(graph, "QuantizeLinear", {from, scale, "zero"}, from + ".q");
  add_node(graph, "DequantizeLinear", {from + ".q", scale, "zero"}, from + ".dq");
  return from + ".dq";
}

} // namespace

std::string mlp_model(int layers, int width, int batch) {
  std::mt19937 random(1);
  onnx::ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(13);
  auto& graph = *model.mutable_graph();
  graph.set_name("mlp");
  set_type(*graph.add_input(), "x", batch, width);
  set_type(*graph.add_output(), "y", batch, width);
  add_initializer<std::int8_t>(graph, "zero", onnx::TensorProto::INT8, {}, {0});
  add_initializer<std::int32_t>(graph, "zero.bias", onnx::TensorProto::INT32, {}, {0});
  add_initializer<float>(graph, "scale", onnx::TensorProto::FLOAT, {}, {0x1p-4F});
  add_initializer<float>(graph, "scale.weights", onnx::TensorProto::FLOAT, {}, {0x1p-10F});
  add_initializer<float>(graph, "scale.bias", onnx::TensorProto::FLOAT, {}, {0x1p-14F});
  std::string value = add_quantizer(graph, "x", "scale");
  for (int i = 0; i < layers; ++i) {
    const std::string name = fmt::format("layer{}", i);
    std::vector<std::int8_t> weights(static_cast<std::size_t>(width) * static_cast<std::size_t>(width));
    for (std::int8_t& weight : weights)
      weight = static_cast<std::int8_t>(static_cast<int>(random() % 255) - 127);
    std::vector<std::int32_t> bias(static_cast<std::size_t>(width));
    for (std::int32_t& entry : bias)
      entry = static_cast<std::int32_t>(random() % 20001) - 10000;
    add_initializer(graph, name + ".w", onnx::TensorProto::INT8, {width, width}, weights);
    add_initializer(graph, name + ".b", onnx::TensorProto::INT32, {width}, bias);
    add_node(graph, "DequantizeLinear", {name + ".w", "scale.weights", "zero"}, name + ".weights");
    add_node(graph, "DequantizeLinear", {name + ".b", "scale.bias", "zero.bias"}, name + ".bias");
    add_node(graph, "Gemm", {value, name + ".weights", name + ".bias"}, name + ".sums");
    add_node(graph, "Relu", {name + ".sums"}, name + ".relu");
    value = add_quantizer(graph, name + ".relu", "scale");
  }
  add_node(graph, "Identity", {value}, "y");
  return model.SerializeAsString();
}

} // namespace tilewright::testing
