// A model as plain data to the bytes of an .onnx file.
#include "frontend/export.h"
#include "frontend/onnx/messages.h"
#include "frontend/onnx/tensor_proto.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace tilewright {

namespace {

std::int32_t type_named(const std::string& name) {
  onnx::TensorProto::DataType type = onnx::TensorProto::FLOAT;
  std::string upper;
  for (const char c : name)
    upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  onnx::TensorProto::DataType_Parse(upper, &type);
  return type;
}

void write_value(const ModelValue& value, onnx::ValueInfoProto& proto) {
  proto.set_name(value.name);
  auto* tensor = proto.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type_named(value.type));
  if (!value.shape) return;
  auto* shape = tensor->mutable_shape();
  for (const ModelDimension& dimension : *value.shape) {
    auto* entry = shape->add_dim();
    dimension.size ? entry->set_dim_value(*dimension.size) : entry->set_dim_param(dimension.symbol);
  }
}

void write_attribute(const ModelAttribute& attribute, onnx::AttributeProto& proto) {
  proto.set_name(attribute.name);
  if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(*integer);
  } else if (const auto* real = std::get_if<float>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(*real);
  } else if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(*text);
  } else if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&attribute.value)) {
    proto.set_type(onnx::AttributeProto::INTS);
    for (const std::int64_t value : *integers)
      proto.add_ints(value);
  }
}

} // namespace

std::string onnx_bytes_of(const Model& model) {
  onnx::ModelProto proto;
  proto.set_ir_version(model.ir_version);
  proto.set_producer_name(model.producer);
  for (const auto& [domain, version] : model.opsets) {
    auto* opset = proto.add_opset_import();
    opset->set_domain(domain);
    opset->set_version(version);
  }
  auto& graph = *proto.mutable_graph();
  graph.set_name(model.graph_name.empty() ? "graph" : model.graph_name);
  for (const ModelNode& node : model.nodes) {
    auto& entry = *graph.add_node();
    entry.set_name(node.name);
    entry.set_op_type(node.op_type);
    if (!node.domain.empty()) entry.set_domain(node.domain);
    for (const std::string& input : node.inputs)
      entry.add_input(input);
    for (const std::string& output : node.outputs)
      entry.add_output(output);
    for (const ModelAttribute& attribute : node.attributes)
      write_attribute(attribute, *entry.add_attribute());
  }
  for (const ModelTensor& tensor : model.initializers)
    *graph.add_initializer() = to_proto(*tensor.data, tensor.name);
  for (const ModelValue& input : model.inputs)
    write_value(input, *graph.add_input());
  for (const ModelValue& output : model.outputs)
    write_value(output, *graph.add_output());
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    proto.SerializeToCodedStream(&coded);
  }
  return bytes;
}

} // namespace tilewright
