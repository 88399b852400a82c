#include "frontend/onnx/loader.h"

#include "frontend/onnx/element_types.h"
#include "frontend/onnx/tensor_proto.h"
#include "frontend/onnx/wire_scan.h"

#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <sys/mman.h>
#include <unistd.h>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

Diagnostic problem_with(std::string code, std::string reason, std::string expected = {}, std::string got = {},
                        std::string hint = {}) {
  Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.reason = std::move(reason);
  diagnostic.expected = std::move(expected);
  diagnostic.got = std::move(got);
  diagnostic.hint = std::move(hint);
  return diagnostic;
}

Diagnostic damaged() {
  return problem_with("import.malformed", "the file is not an ONNX model, or it is damaged",
                      "a protobuf of type ModelProto", "", "was it copied completely?");
}

std::string domain_of(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }

class Converter {
public:
  Converter(const fs::path& folder, const Limits& limits, Diagnostics& diagnostics)
      : external_(folder, limits), limits_(limits), diagnostics_(diagnostics) {}

  std::optional<Model> convert(onnx::ModelProto& proto) {
    if (!proto.has_graph()) {
      diagnostics_.add(problem_with("import.no-graph", "the file holds no graph", "", "", "is it an ONNX model?"));
      return std::nullopt;
    }
    Model model;
    model.ir_version = proto.ir_version();
    model.producer = proto.producer_name();
    if (!proto.producer_version().empty()) model.producer += " " + proto.producer_version();
    for (const onnx::OperatorSetIdProto& opset : proto.opset_import()) {
      model.opsets[domain_of(opset.domain())] = opset.version();
    }
    onnx::GraphProto& graph = *proto.mutable_graph();
    if (!check_counts(graph)) return std::nullopt;
    model.graph_name = std::move(*graph.mutable_name());
    for (const onnx::ValueInfoProto& input : graph.input())
      model.inputs.push_back(convert(input));
    for (const onnx::ValueInfoProto& output : graph.output())
      model.outputs.push_back(convert(output));
    for (onnx::TensorProto& tensor : *graph.mutable_initializer()) {
      Diagnostic problem;
      model.initializers.push_back(take_tensor(tensor, external_, limits_, problem));
      if (!model.initializers.back().data) diagnostics_.add(std::move(problem));
    }
    for (const onnx::SparseTensorProto& sparse : graph.sparse_initializer()) {
      Diagnostic problem =
          problem_with("import.tensor", "sparse initializers are not supported", "", "", "store the tensor densely");
      problem.tensor = sparse.values().name();
      model.initializers.push_back({sparse.values().name(), std::nullopt, 0});
      diagnostics_.add(std::move(problem));
    }
    for (int i = 0; i < graph.node_size(); ++i)
      model.nodes.push_back(convert(*graph.mutable_node(i), i));
    return model;
  }

private:
  bool check_counts(const onnx::GraphProto& graph) {
    const auto check = [this](std::string_view what, int count, std::size_t most) {
      if (static_cast<std::size_t>(count) <= most) return true;
      diagnostics_.add(problem_with("import.limit", fmt::format("the model has too many {}", what),
                                    fmt::format("at most {}", most), fmt::format("{}", count)));
      return false;
    };
    const bool nodes = check("nodes", graph.node_size(), limits_.nodes);
    const bool tensors = check("initializers", graph.initializer_size(), limits_.tensors);
    return check("inputs and outputs", graph.input_size() + graph.output_size(), limits_.tensors) && nodes && tensors;
  }

  static ModelValue convert(const onnx::ValueInfoProto& proto) {
    ModelValue value;
    value.name = proto.name();
    if (!proto.type().has_tensor_type()) return value;
    const onnx::TypeProto::Tensor& type = proto.type().tensor_type();
    value.type = name_of_onnx_type(type.elem_type());
    if (!type.has_shape()) return value;
    value.shape.emplace();
    for (const onnx::TensorShapeProto::Dimension& dimension : type.shape().dim()) {
      if (dimension.has_dim_value()) {
        value.shape->push_back({dimension.dim_value(), {}});
      } else {
        value.shape->push_back({{}, dimension.dim_param()});
      }
    }
    return value;
  }

  ModelNode convert(onnx::NodeProto& proto, int index) {
    ModelNode node;
    node.op_type = std::move(*proto.mutable_op_type());
    node.domain = domain_of(proto.domain());
    node.name = proto.name().empty() ? fmt::format("{}_{}", node.op_type, index) : std::move(*proto.mutable_name());
    for (std::string& name : *proto.mutable_input())
      node.inputs.push_back(std::move(name));
    for (std::string& name : *proto.mutable_output())
      node.outputs.push_back(std::move(name));
    for (onnx::AttributeProto& attribute : *proto.mutable_attribute()) {
      node.attributes.push_back({attribute.name(), convert(attribute, node)});
    }
    return node;
  }

  AttributeValue convert(onnx::AttributeProto& proto, const ModelNode& node) {
    if (!proto.ref_attr_name().empty()) return UnusableAttribute{"a reference"};
    switch (type_of(proto)) {
    case onnx::AttributeProto::INT:
      return std::int64_t{proto.i()};
    case onnx::AttributeProto::FLOAT:
      return proto.f();
    case onnx::AttributeProto::STRING:
      return proto.s();
    case onnx::AttributeProto::INTS:
      return std::vector<std::int64_t>(proto.ints().begin(), proto.ints().end());
    case onnx::AttributeProto::FLOATS:
      return std::vector<float>(proto.floats().begin(), proto.floats().end());
    case onnx::AttributeProto::STRINGS:
      return std::vector<std::string>(proto.strings().begin(), proto.strings().end());
    case onnx::AttributeProto::TENSOR: {
      Diagnostic problem;
      ModelTensor tensor = take_tensor(*proto.mutable_t(), external_, limits_, problem);
      if (tensor.data) return tensor;
      problem.node = node.name;
      problem.op = node.op_type;
      if (problem.tensor.empty() && !node.outputs.empty()) problem.tensor = node.outputs.front();
      diagnostics_.add(std::move(problem));
      return tensor;
    }
    case onnx::AttributeProto::GRAPH:
    case onnx::AttributeProto::GRAPHS:
      return UnusableAttribute{"a graph"};
    case onnx::AttributeProto::SPARSE_TENSOR:
    case onnx::AttributeProto::SPARSE_TENSORS:
      return UnusableAttribute{"a sparse tensor"};
    default:
      return UnusableAttribute{"of an unknown kind"};
    }
  }

  // Old files do not say the kind; the field that is set does.
  static int type_of(const onnx::AttributeProto& proto) {
    if (proto.type() != onnx::AttributeProto::UNDEFINED) return proto.type();
    if (proto.has_i()) return onnx::AttributeProto::INT;
    if (proto.has_f()) return onnx::AttributeProto::FLOAT;
    if (proto.has_s()) return onnx::AttributeProto::STRING;
    if (proto.has_t()) return onnx::AttributeProto::TENSOR;
    if (proto.ints_size() > 0) return onnx::AttributeProto::INTS;
    if (proto.floats_size() > 0) return onnx::AttributeProto::FLOATS;
    if (proto.strings_size() > 0) return onnx::AttributeProto::STRINGS;
    return onnx::AttributeProto::UNDEFINED;
  }

  ExternalData external_;
  const Limits& limits_;
  Diagnostics& diagnostics_;
};

bool worth_parsing(std::string_view bytes, const Limits& limits, Diagnostics& diagnostics) {
  const std::uint64_t most_extra = bytes.size() + limits.message_bytes;
  const WireScan scan = scan_model(bytes, most_extra, limits.nesting);
  if (scan.malformed) {
    diagnostics.add(damaged());
  } else if (scan.extra_bytes > most_extra) {
    diagnostics.add(problem_with("import.limit", "the model's many small parts would take too much memory",
                                 fmt::format("at most {} bytes", most_extra)));
  } else if (scan.nesting > limits.nesting) {
    diagnostics.add(problem_with("import.limit", "the model's graphs and types are nested too deeply",
                                 fmt::format("at most {} levels", limits.nesting)));
  } else {
    return true;
  }
  return false;
}

std::optional<Model> parse(google::protobuf::io::ZeroCopyInputStream& input, const fs::path& folder,
                           const Limits& limits, Diagnostics& diagnostics) {
  onnx::ModelProto proto;
  bool good = false;
  {
    google::protobuf::io::CodedInputStream coded(&input);
    coded.SetRecursionLimit(limits.nesting);
    good = proto.ParseFromCodedStream(&coded) && coded.ConsumedEntireMessage();
  }
  if (!good) {
    diagnostics.add(damaged());
    return std::nullopt;
  }
  return Converter(folder, limits, diagnostics).convert(proto);
}

} // namespace

std::optional<Model> load_model(const fs::path& file, const Limits& limits, Diagnostics& diagnostics) {
  const auto fail = [&](std::string code, std::string reason, std::string expected = {}, std::string got = {}) {
    diagnostics.add(problem_with(std::move(code), std::move(reason), std::move(expected), std::move(got)));
    return std::nullopt;
  };
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) return fail("import.file", fmt::format("there is no file '{}'", file.string()));
  if (!fs::is_regular_file(status)) {
    return fail("import.file", fmt::format("'{}' is not a regular file", file.string()), "an ONNX model");
  }
  const std::uint64_t size = fs::file_size(file, error);
  if (error || size == 0) return fail("import.malformed", fmt::format("the file '{}' is empty", file.string()));
  if (size > limits.file_bytes) {
    return fail("import.limit", "the model's file is too large", fmt::format("at most {} bytes", limits.file_bytes),
                fmt::format("{} bytes", size));
  }
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail("import.file", fmt::format("cannot read '{}'", file.string()), "", std::strerror(errno));
  }
  // Mapped for the scan only, which touches few of its pages.
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const bool good =
      mapped == MAP_FAILED || worth_parsing({static_cast<const char*>(mapped), size}, limits, diagnostics);
  if (mapped != MAP_FAILED) munmap(mapped, size);
  if (!good) {
    close(descriptor);
    return std::nullopt;
  }
  // In pieces: the whole file at once would be in memory besides its messages.
  constexpr int block_bytes = 1 << 20;
  google::protobuf::io::FileInputStream input(descriptor, block_bytes);
  input.SetCloseOnDelete(true);
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  return parse(input, folder, limits, diagnostics);
}

std::optional<Model> load_model(std::string_view bytes, const fs::path& folder, const Limits& limits,
                                Diagnostics& diagnostics) {
  if (bytes.size() > limits.file_bytes) {
    diagnostics.add(problem_with("import.limit", "the model's file is too large",
                                 fmt::format("at most {} bytes", limits.file_bytes), fmt::format("{}", bytes.size())));
    return std::nullopt;
  }
  if (!worth_parsing(bytes, limits, diagnostics)) return std::nullopt;
  google::protobuf::io::ArrayInputStream input(bytes.data(), static_cast<int>(bytes.size()));
  return parse(input, folder, limits, diagnostics);
}

} // namespace tilewright
