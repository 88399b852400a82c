// From protobuf to plain data: every way of storing a tensor, old and new files, external data.
#include "frontend/onnx/loader.h"
#include "frontend/onnx/messages.h"
#include "frontend/onnx/tensor_proto.h"
#include "ir/diagnostics.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace tilewright {
namespace {

namespace fs = std::filesystem;

// The tensor's elements as text, or why it cannot be read.
std::string read(onnx::TensorProto proto, const Limits& limits = {}, const fs::path& folder = {}) {
  ExternalData external(folder, limits);
  Diagnostic problem;
  const ModelTensor tensor = take_tensor(proto, external, limits, problem);
  if (!tensor.data) return text_of(problem);
  std::string text = text_of(ValueType{tensor.data->element(), tensor.data->shape(), {}, {}});
  for (const double value : to_double(*tensor.data))
    text += " " + std::to_string(value).substr(0, 7);
  return text;
}

onnx::TensorProto proto_of(int type, std::vector<std::int64_t> shape) {
  onnx::TensorProto proto;
  proto.set_name("t");
  proto.set_data_type(type);
  for (const std::int64_t size : shape)
    proto.add_dims(size);
  return proto;
}

onnx::TensorProto raw(int type, std::vector<std::int64_t> shape, std::string bytes) {
  onnx::TensorProto proto = proto_of(type, std::move(shape));
  proto.set_raw_data(std::move(bytes));
  return proto;
}

onnx::TensorProto typed(int type, std::vector<std::int32_t> values) {
  onnx::TensorProto proto = proto_of(type, {static_cast<std::int64_t>(values.size())});
  for (const std::int32_t value : values)
    proto.add_int32_data(value);
  return proto;
}

TEST(TensorProto, RawData) {
  EXPECT_EQ(read(raw(1, {1, 2}, std::string("\0\0\x80\x3f\0\0\0\xc0", 8))), "f32[1x2] 1.00000 -2.0000");
  EXPECT_EQ(read(raw(2, {2}, "\x01\xff")), "u8[2] 1.00000 255.000");
  EXPECT_EQ(read(raw(3, {2}, "\x01\xff")), "i8[2] 1.00000 -1.0000");
  EXPECT_EQ(read(raw(4, {1}, "\xff\xff")), "u16[1] 65535.0");
  EXPECT_EQ(read(raw(5, {1}, "\xff\xff")), "i16[1] -1.0000");
  EXPECT_EQ(read(raw(6, {}, "\xfe\xff\xff\xff")), "i32[] -2.0000");
  EXPECT_EQ(read(raw(7, {}, "\xfe\xff\xff\xff\xff\xff\xff\xff")), "i64[] -2.0000");
  EXPECT_EQ(read(raw(9, {3}, std::string("\0\x01\x02", 3))), "bool[3] 0.00000 1.00000 1.00000");
  EXPECT_EQ(read(raw(10, {4}, std::string("\0\x3c\0\xc0\x01\0\xff\x7b", 8))), "f32[4] 1.00000 -2.0000 0.00000 65504.0");
  EXPECT_EQ(read(raw(11, {}, std::string("\0\0\0\0\0\0\xe0\x3f", 8))), "f64[] 0.50000");
  EXPECT_EQ(read(raw(12, {}, "\xff\xff\xff\xff")), "i64[] 4294967");
  EXPECT_EQ(read(raw(13, {}, std::string("\x05\0\0\0\0\0\0\0", 8))), "i64[] 5.00000");
  EXPECT_EQ(read(raw(16, {}, "\x80\x3f")), "f32[] 1.00000");
  EXPECT_EQ(read(raw(21, {3}, "\x1f\x07")), "u8[3] 15.0000 1.00000 7.00000");
  EXPECT_EQ(read(raw(22, {3}, "\x1f\x08")), "i8[3] -1.0000 1.00000 -8.0000");
  EXPECT_EQ(read(raw(3, {0, 4}, "")), "i8[0x4]");
}

TEST(TensorProto, TypedData) {
  EXPECT_EQ(read(typed(3, {-128, 127})), "i8[2] -128.00 127.000");
  EXPECT_EQ(read(typed(2, {255})), "u8[1] 255.000");
  EXPECT_EQ(read(typed(5, {-32768})), "i16[1] -32768.");
  EXPECT_EQ(read(typed(4, {65535})), "u16[1] 65535.0");
  EXPECT_EQ(read(typed(6, {-7})), "i32[1] -7.0000");
  EXPECT_EQ(read(typed(9, {0, 1})), "bool[2] 0.00000 1.00000");
  EXPECT_EQ(read(typed(10, {0x3c00})), "f32[1] 1.00000");
  EXPECT_EQ(read(typed(16, {0x3f80})), "f32[1] 1.00000");
  onnx::TensorProto nibbles = proto_of(22, {3});
  nibbles.add_int32_data(0x1f);
  nibbles.add_int32_data(0x08);
  EXPECT_EQ(read(nibbles), "i8[3] -1.0000 1.00000 -8.0000");
  onnx::TensorProto floats = proto_of(1, {1});
  floats.add_float_data(0.25F);
  EXPECT_EQ(read(floats), "f32[1] 0.25000");
  onnx::TensorProto doubles = proto_of(11, {1});
  doubles.add_double_data(0.25);
  EXPECT_EQ(read(doubles), "f64[1] 0.25000");
  onnx::TensorProto longs = proto_of(7, {1});
  longs.add_int64_data(-3);
  EXPECT_EQ(read(longs), "i64[1] -3.0000");
  onnx::TensorProto unsigned_longs = proto_of(13, {1});
  unsigned_longs.add_uint64_data(3);
  EXPECT_EQ(read(unsigned_longs), "i64[1] 3.00000");
}

TEST(TensorProto, Mistakes) {
  EXPECT_EQ(read(raw(3, {2}, "\x01")), "error: tensor 't': a tensor's data do not have its size; expected 2 bytes for "
                                       "i8[2]; got 1 bytes [import.tensor]");
  EXPECT_EQ(read(raw(22, {3}, "\x01")), "error: tensor 't': a tensor's data do not have its size; expected 2 bytes for "
                                        "i8[3]; got 1 bytes [import.tensor]");
  EXPECT_EQ(read(proto_of(1, {2})), "error: tensor 't': a tensor's data do not have its size; expected 2 elements for "
                                    "f32[2]; got 0 elements [import.tensor]");
  EXPECT_EQ(read(typed(3, {128})),
            "error: tensor 't': a value does not fit the tensor's type; expected i8; got 128 [import.tensor]");
  EXPECT_EQ(read(raw(13, {}, "\xff\xff\xff\xff\xff\xff\xff\xff")),
            "error: tensor 't': a uint64 value is above 2^63 - 1 [import.tensor]");
  EXPECT_EQ(read(raw(3, {-2}, "")), "error: tensor 't': a tensor has a negative dimension; got -2 [import.tensor]");
  EXPECT_EQ(read(raw(8, {1}, "")), "error: tensor 't': tensors of type string are not supported [import.element-type]");
  EXPECT_EQ(read(raw(17, {1}, "a")), "error: tensor 't': tensors of type float8e4m3fn are not supported; hint: "
                                     "quantize to integers [import.element-type]");
  EXPECT_EQ(read(raw(99, {1}, "a")),
            "error: tensor 't': tensors of type type 99 are not supported [import.element-type]");
  EXPECT_EQ(read(raw(3, {std::int64_t{1} << 62, 4}, "")),
            "error: tensor 't': a tensor has too many elements; expected at most 268435456; got 4611686018427387904x4 "
            "[import.limit]");
  EXPECT_EQ(read(raw(3, std::vector<std::int64_t>(17, 1), "a")),
            "error: tensor 't': a tensor has too many dimensions; expected at most 16; got 17 [import.limit]");
  onnx::TensorProto segment = raw(3, {1}, "a");
  segment.mutable_segment()->set_begin(0);
  EXPECT_EQ(read(segment), "error: tensor 't': tensors in segments are not supported [import.tensor]");
}

class ExternalDataTest : public ::testing::Test {
protected:
  ExternalDataTest() {
    std::string pattern = (fs::temp_directory_path() / "tilewright_test_XXXXXX").string();
    top_ = mkdtemp(pattern.data());
    folder_ = top_ / "model";
    fs::create_directories(folder_ / "below");
    write(folder_ / "data.bin", "0123456789");
    write(folder_ / "below" / "data.bin", "ab");
    write(top_ / "secret.bin", "secret");
  }
  ~ExternalDataTest() override { fs::remove_all(top_); }

  static void write(const fs::path& file, std::string_view text) { std::ofstream(file) << text; }
  std::string read_external(std::string location, std::int64_t size, std::string offset = "",
                            std::string length = "") const {
    onnx::TensorProto proto = proto_of(onnx::TensorProto::UINT8, {size});
    proto.set_data_location(onnx::TensorProto::EXTERNAL);
    const auto add = [&proto](const char* key, const std::string& value) {
      if (value.empty()) return;
      proto.add_external_data()->set_key(key);
      proto.mutable_external_data()->rbegin()->set_value(value);
    };
    add("location", location);
    add("offset", offset);
    add("length", length);
    add("checksum", "0");
    return read(proto, {}, folder_);
  }

  fs::path top_;
  fs::path folder_;
};

TEST_F(ExternalDataTest, Reads) {
  EXPECT_EQ(read_external("data.bin", 2), "u8[2] 48.0000 49.0000");
  EXPECT_EQ(read_external("data.bin", 2, "8", "2"), "u8[2] 56.0000 57.0000");
  EXPECT_EQ(read_external("below/data.bin", 1), "u8[1] 97.0000");
  EXPECT_EQ(read_external("./below/./data.bin", 1), "u8[1] 97.0000");
}

TEST_F(ExternalDataTest, NothingOutsideOfTheFolder) {
  const std::string outside =
      "error: tensor 't': external data outside of the model's folder; expected a path below the model's folder; got ";
  const std::string hint = "; hint: keep the data file beside the model [import.external-data]";
  EXPECT_EQ(read_external("../secret.bin", 1), outside + "../secret.bin" + hint);
  EXPECT_EQ(read_external("below/../../secret.bin", 1), outside + "below/../../secret.bin" + hint);
  EXPECT_EQ(read_external((top_ / "secret.bin").string(), 1), outside + (top_ / "secret.bin").string() + hint);
  fs::create_symlink(top_ / "secret.bin", folder_ / "link.bin");
  EXPECT_EQ(read_external("link.bin", 1), outside + "link.bin (a symbolic link)" + hint);
  fs::create_directory_symlink(top_, folder_ / "up");
  EXPECT_EQ(read_external("up/secret.bin", 1), outside + "up/secret.bin (a symbolic link)" + hint);
  fs::create_symlink(folder_ / "data.bin", folder_ / "inside.bin");
  EXPECT_EQ(read_external("inside.bin", 1), "u8[1] 48.0000");
}

TEST_F(ExternalDataTest, Mistakes) {
  EXPECT_EQ(read_external("none.bin", 1), "error: tensor 't': the file with the external data is missing; expected "
                                          "none.bin; hint: copy it to the model's folder [import.external-data]");
  EXPECT_EQ(read_external("", 1), "error: tensor 't': external data without a file name; expected a path relative to "
                                  "the model [import.external-data]");
  EXPECT_EQ(read_external("below", 1),
            "error: tensor 't': external data is not a regular file; got below [import.external-data]");
  EXPECT_EQ(read_external("data.bin", 3, "8"),
            "error: tensor 't': the file 'data.bin' with the external data is too short; expected 3 bytes from byte 8; "
            "got 10 bytes [import.external-data]");
  EXPECT_EQ(read_external("data.bin", 1, "18446744073709551615"),
            "error: tensor 't': the file 'data.bin' with the external data is too short; expected 1 bytes from byte "
            "18446744073709551615; got 10 bytes [import.external-data]");
  EXPECT_EQ(
      read_external("data.bin", 1, "-1"),
      "error: tensor 't': the offset of external data is malformed; expected bytes; got -1 [import.external-data]");
  EXPECT_EQ(read_external("data.bin", 2, "", "3"), "error: tensor 't': external data of another size than the tensor; "
                                                   "expected 2 bytes; got 3 bytes [import.external-data]");
}

TEST(Loader, ReadsAWholeModel) {
  onnx::ModelProto proto;
  proto.set_ir_version(4);
  proto.set_producer_name("p");
  proto.set_producer_version("1");
  auto* opset = proto.add_opset_import();
  opset->set_domain("ai.onnx");
  opset->set_version(13);
  onnx::GraphProto& graph = *proto.mutable_graph();
  graph.set_name("g");
  onnx::TypeProto::Tensor& type = *graph.add_input()->mutable_type()->mutable_tensor_type();
  graph.mutable_input(0)->set_name("x");
  type.set_elem_type(1);
  type.mutable_shape()->add_dim()->set_dim_param("N");
  type.mutable_shape()->add_dim()->set_dim_value(3);
  type.mutable_shape()->add_dim();
  onnx::NodeProto& node = *graph.add_node();
  node.set_op_type("Relu");
  node.set_domain("ai.onnx");
  node.add_input("x");
  node.add_output("y");
  onnx::AttributeProto& old = *node.add_attribute(); // without a type, as in very old files
  old.set_name("alpha");
  old.set_f(2);
  Diagnostics diagnostics;
  const auto model = load_model(proto.SerializeAsString(), {}, {}, diagnostics);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->producer, "p 1");
  EXPECT_EQ(model->opsets.at(""), 13);
  EXPECT_EQ(model->nodes.at(0).name, "Relu_0");
  EXPECT_EQ(model->nodes[0].domain, "");
  EXPECT_EQ(std::get<float>(model->nodes[0].attributes.at(0).value), 2);
  const auto& shape = *model->inputs.at(0).shape;
  EXPECT_EQ(shape.at(0).symbol, "N");
  EXPECT_EQ(shape.at(1).size, 3);
  EXPECT_FALSE(shape.at(2).size);
  EXPECT_EQ(model->inputs[0].type, "float");
}

TEST(Loader, LimitsCounts) {
  onnx::ModelProto proto;
  for (int i = 0; i < 3; ++i)
    proto.mutable_graph()->add_node();
  Limits limits;
  limits.nodes = 2;
  Diagnostics diagnostics;
  EXPECT_FALSE(load_model(proto.SerializeAsString(), {}, limits, diagnostics));
  EXPECT_EQ(text_of(diagnostics.all().at(0)),
            "error: the model has too many nodes; expected at most 2; got 3 [import.limit]");
}

TEST(Loader, LimitsNesting) {
  onnx::ModelProto proto;
  onnx::GraphProto* graph = proto.mutable_graph();
  for (int i = 0; i < 40; ++i)
    graph = graph->add_node()->add_attribute()->mutable_g();
  Diagnostics diagnostics;
  EXPECT_FALSE(load_model(proto.SerializeAsString(), {}, {}, diagnostics));
  EXPECT_EQ(text_of(diagnostics.all().at(0)),
            "error: the model's graphs and types are nested too deeply; expected at most 32 levels [import.limit]");
}

// A megabyte of empty nodes would be hundreds of megabytes of messages; so would a list of small numbers, less so.
TEST(Loader, LimitsWhatSmallPartsTake) {
  const auto wrapped = [](int field, const std::string& content) {
    std::string message(1, static_cast<char>(field << 3 | 2));
    for (std::size_t rest = content.size();; rest >>= 7) {
      message += static_cast<char>((rest & 127) | (rest > 127 ? 128 : 0));
      if (rest <= 127) break;
    }
    return message + content;
  };
  std::string nodes;
  for (int i = 0; i < 500'000; ++i)
    nodes += std::string("\x0a\x00", 2);
  const std::string numbers = wrapped(5, wrapped(7, std::string(30'000'000, '\0')));
  for (const std::string& graph : {nodes, numbers}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(load_model(wrapped(7, graph), {}, {}, diagnostics));
    ASSERT_EQ(diagnostics.all().size(), 1U);
    EXPECT_EQ(diagnostics.all()[0].reason, "the model's many small parts would take too much memory");
  }
}

} // namespace
} // namespace tilewright
