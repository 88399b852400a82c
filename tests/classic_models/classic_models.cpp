#include "classic_models.h"

#include "frontend/onnx/messages.h"

#include <cmath>
#include <fmt/format.h>
#include <random>

namespace tilewright::testing {

namespace {

// A quantized tensor under construction: NCHW.
struct Image {
  std::string name; // float, behind a dequantizer
  int channels = 0;
  int height = 1;
  int width = 1;
};

struct ConvSpec {
  int outputs = 0;
  int kernel_y = 3;
  int kernel_x = 3;
  int stride = 1;
  int groups = 1;
  bool relu = true;
};

class ModelBuilder {
public:
  explicit ModelBuilder(const std::string& name) {
    model_.set_ir_version(8);
    model_.add_opset_import()->set_version(13);
    graph().set_name(name);
    initializer<std::int8_t>("zero", onnx::TensorProto::INT8, {}, {0});
    initializer<std::uint8_t>("zero.unsigned", onnx::TensorProto::UINT8, {}, {0});
    initializer<std::int32_t>("zero.bias", onnx::TensorProto::INT32, {}, {0});
    initializer<float>("scale", onnx::TensorProto::FLOAT, {}, {activation_scale});
  }

  Image input(int channels, int height, int width) {
    value(*graph().add_input(), "x", {1, channels, height, width});
    return {quantized("x", "zero"), channels, height, width};
  }

  // "same" padding as PyTorch writes it.
  Image conv(const Image& x, const ConvSpec& spec) {
    const std::string name = next("conv");
    const int inputs = x.channels / spec.groups;
    const std::string weights = random_weights(name, {spec.outputs, inputs, spec.kernel_y, spec.kernel_x},
                                               inputs * spec.kernel_y * spec.kernel_x, spec.outputs);
    const int pad_y = spec.kernel_y / 2;
    const int pad_x = spec.kernel_x / 2;
    auto& node = add("Conv", {x.name, weights, name + ".bias"}, name);
    attribute(node, "kernel_shape", {spec.kernel_y, spec.kernel_x});
    attribute(node, "strides", {spec.stride, spec.stride});
    attribute(node, "pads", {pad_y, pad_x, pad_y, pad_x});
    auto* groups = node.add_attribute();
    groups->set_name("group");
    groups->set_type(onnx::AttributeProto::INT);
    groups->set_i(spec.groups);
    Image result{name, spec.outputs, (x.height + 2 * pad_y - spec.kernel_y) / spec.stride + 1,
                 (x.width + 2 * pad_x - spec.kernel_x) / spec.stride + 1};
    if (!spec.relu) {
      result.name = quantized(name, "zero");
      return result;
    }
    add("Relu", {name}, name + ".relu");
    result.name = quantized(name + ".relu", "zero.unsigned");
    return result;
  }

  // Depthwise, then pointwise.
  Image separable(const Image& x, int outputs, int stride) {
    return conv(conv(x, {.outputs = x.channels, .stride = stride, .groups = x.channels}),
                {.outputs = outputs, .kernel_y = 1, .kernel_x = 1});
  }

  Image sum(const Image& a, const Image& b) {
    const std::string name = next("sum");
    add("Add", {a.name, b.name}, name);
    add("Relu", {name}, name + ".relu");
    return {quantized(name + ".relu", "zero.unsigned"), a.channels, a.height, a.width};
  }

  Image max_pool(const Image& x) {
    const std::string name = next("pool");
    auto& node = add("MaxPool", {x.name}, name);
    attribute(node, "kernel_shape", {2, 2});
    attribute(node, "strides", {2, 2});
    return {quantized(name, "zero.unsigned"), x.channels, x.height / 2, x.width / 2};
  }

  Image mean(const Image& x) {
    const std::string name = next("mean");
    add("GlobalAveragePool", {x.name}, name);
    return {quantized(name, "zero.unsigned"), x.channels, 1, 1};
  }

  Image dense(const Image& x, int outputs) {
    const std::string name = next("dense");
    const int inputs = x.channels * x.height * x.width;
    add("Flatten", {x.name}, name + ".flat");
    const std::string weights = random_weights(name, {inputs, outputs}, inputs, outputs);
    add("Gemm", {name + ".flat", weights, name + ".bias"}, name);
    return {quantized(name, "zero"), outputs, 1, 1};
  }

  std::string finish(const Image& result) {
    add("Identity", {result.name}, "y");
    value(*graph().add_output(), "y", {1, result.channels});
    return model_.SerializeAsString();
  }

private:
  static constexpr float activation_scale = 0x1p-4F;

  onnx::GraphProto& graph() { return *model_.mutable_graph(); }

  std::string next(const char* kind) { return fmt::format("{}{}", kind, count_++); }

  onnx::NodeProto& add(const std::string& type, const std::vector<std::string>& inputs, const std::string& output) {
    auto* node = graph().add_node();
    node->set_op_type(type);
    node->set_name("/" + output);
    for (const std::string& input : inputs)
      node->add_input(input);
    node->add_output(output);
    return *node;
  }

  static void attribute(onnx::NodeProto& node, const char* name, const std::vector<int>& values) {
    auto* attribute = node.add_attribute();
    attribute->set_name(name);
    attribute->set_type(onnx::AttributeProto::INTS);
    for (const int entry : values)
      attribute->add_ints(entry);
  }

  static void value(onnx::ValueInfoProto& info, const std::string& name, const std::vector<int>& shape) {
    info.set_name(name);
    auto* type = info.mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::FLOAT);
    for (const int size : shape)
      type->mutable_shape()->add_dim()->set_dim_value(size);
  }

  template <class T>
  void initializer(const std::string& name, onnx::TensorProto::DataType type, const std::vector<int>& shape,
                   const std::vector<T>& values) {
    auto* tensor = graph().add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(type);
    for (const int size : shape)
      tensor->add_dims(size);
    tensor->set_raw_data(values.data(), values.size() * sizeof(T));
  }

  std::string quantized(const std::string& from, const std::string& zero) {
    add("QuantizeLinear", {from, "scale", zero}, from + ".q");
    add("DequantizeLinear", {from + ".q", "scale", zero}, from + ".dq");
    return from + ".dq";
  }

  // Weights whose scale keeps sums of `terms` products within the activations' range, and biases.
  std::string random_weights(const std::string& name, const std::vector<int>& shape, int terms, int outputs) {
    std::size_t count = 1;
    for (const int size : shape)
      count *= static_cast<std::size_t>(size);
    std::vector<std::int8_t> weights(count);
    for (std::int8_t& weight : weights)
      weight = static_cast<std::int8_t>(static_cast<int>(random_() % 255) - 127);
    std::vector<std::int32_t> bias(static_cast<std::size_t>(outputs));
    for (std::int32_t& entry : bias)
      entry = static_cast<std::int32_t>(random_() % 8001) - 2000;
    const float scale = 1.0F / (100.0F * std::sqrt(static_cast<float>(terms)));
    initializer<float>(name + ".scale", onnx::TensorProto::FLOAT, {}, {scale});
    initializer<float>(name + ".bias.scale", onnx::TensorProto::FLOAT, {}, {scale * activation_scale});
    initializer(name + ".w", onnx::TensorProto::INT8, shape, weights);
    initializer(name + ".b", onnx::TensorProto::INT32, {outputs}, bias);
    add("DequantizeLinear", {name + ".w", name + ".scale", "zero"}, name + ".weights");
    add("DequantizeLinear", {name + ".b", name + ".bias.scale", "zero.bias"}, name + ".bias");
    return name + ".weights";
  }

  onnx::ModelProto model_;
  std::mt19937 random_{1};
  int count_ = 0;
};

// MLPerf Tiny, image classification: 32 x 32 x 3.
std::string resnet8() {
  ModelBuilder m("resnet8");
  Image x = m.conv(m.input(3, 32, 32), {.outputs = 16});
  x = m.sum(m.conv(m.conv(x, {.outputs = 16}), {.outputs = 16, .relu = false}), x);
  for (const int channels : {32, 64}) {
    const Image side = m.conv(x, {.outputs = channels, .kernel_y = 1, .kernel_x = 1, .stride = 2, .relu = false});
    const Image inner = m.conv(x, {.outputs = channels, .stride = 2});
    x = m.sum(m.conv(inner, {.outputs = channels, .relu = false}), side);
  }
  return m.finish(m.dense(m.mean(x), 10));
}

// MLPerf Tiny, keyword spotting: 49 x 10.
std::string ds_cnn() {
  ModelBuilder m("ds_cnn");
  Image x = m.conv(m.input(1, 49, 10), {.outputs = 64, .kernel_y = 10, .kernel_x = 4, .stride = 2});
  for (int i = 0; i < 4; ++i)
    x = m.separable(x, 64, 1);
  return m.finish(m.dense(m.mean(x), 12));
}

// MLPerf Tiny, visual wake words: 96 x 96 x 3.
std::string mobilenet() {
  ModelBuilder m("mobilenet_v1_025");
  Image x = m.conv(m.input(3, 96, 96), {.outputs = 8, .stride = 2});
  const std::vector<std::pair<int, int>> layers{{16, 1},  {32, 2},  {32, 1},  {64, 2},  {64, 1},  {128, 2}, {128, 1},
                                                {128, 1}, {128, 1}, {128, 1}, {128, 1}, {256, 2}, {256, 1}};
  for (const auto& [outputs, stride] : layers)
    x = m.separable(x, outputs, stride);
  return m.finish(m.dense(m.mean(x), 2));
}

std::string lenet() {
  ModelBuilder m("lenet");
  Image x = m.max_pool(m.conv(m.input(1, 28, 28), {.outputs = 6, .kernel_y = 5, .kernel_x = 5}));
  x = m.max_pool(m.conv(x, {.outputs = 16, .kernel_y = 5, .kernel_x = 5}));
  return m.finish(m.dense(m.dense(m.dense(x, 120), 84), 10));
}

} // namespace

std::vector<std::string_view> classic_model_names() { return {"lenet", "resnet8", "ds_cnn", "mobilenet_v1_025"}; }

std::string classic_model(std::string_view name) {
  if (name == "resnet8") return resnet8();
  if (name == "ds_cnn") return ds_cnn();
  if (name == "mobilenet_v1_025") return mobilenet();
  if (name == "lenet") return lenet();
  return {};
}

} // namespace tilewright::testing
