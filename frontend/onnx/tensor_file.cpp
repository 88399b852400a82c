#include "frontend/tensor_file.h"

#include "frontend/npy.h"
#include "frontend/onnx/tensor_proto.h"

#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

std::optional<Tensor> parse_pb(const std::string& bytes, const fs::path& file, const Limits& limits,
                               Diagnostic& problem) {
  onnx::TensorProto proto;
  if (!proto.ParseFromString(bytes)) {
    problem.code = "import.malformed";
    problem.reason = "the file is not an ONNX tensor, or it is damaged";
    problem.expected = "a protobuf of type TensorProto";
    return std::nullopt;
  }
  ExternalData external(file.has_parent_path() ? file.parent_path() : fs::path("."), limits);
  return take_tensor(proto, external, limits, problem).data;
}

} // namespace

std::optional<Tensor> read_tensor_file(const fs::path& file, Diagnostics& diagnostics, const Limits& limits) {
  Diagnostic problem;
  const auto fail = [&](std::string reason, std::string expected = {}, std::string got = {}) {
    problem.code = "import.file";
    problem.reason = std::move(reason);
    problem.expected = std::move(expected);
    problem.got = std::move(got);
  };
  std::optional<Tensor> tensor;
  std::error_code error;
  if (file.extension() != ".pb" && file.extension() != ".npy") {
    fail("the file's extension says no tensor format", ".pb or .npy", file.extension().string());
  } else if (!fs::is_regular_file(file, error)) {
    fail(fs::exists(file, error) ? "not a regular file" : "there is no such file");
  } else if (fs::file_size(file, error) > limits.file_bytes) {
    fail("the file is too large", fmt::format("at most {} bytes", limits.file_bytes));
  } else {
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream) {
      fail("the file cannot be read");
    } else {
      tensor = file.extension() == ".pb" ? parse_pb(bytes, file, limits, problem) : parse_npy(bytes, limits, problem);
    }
  }
  if (tensor) return tensor;
  problem.tensor = file.string();
  diagnostics.add(std::move(problem));
  return std::nullopt;
}

bool write_tensor_file(const fs::path& file, const Tensor& tensor, const std::string& name, Diagnostics& diagnostics) {
  Diagnostic problem;
  problem.kind = ProblemKind::usage;
  problem.code = "export.file";
  problem.tensor = file.string();
  std::string bytes;
  if (file.extension() == ".pb") {
    bytes = to_proto(tensor, name).SerializeAsString();
  } else if (file.extension() == ".npy") {
    bytes = npy_of(tensor);
  } else {
    problem.reason = "the file's extension says no tensor format";
    problem.expected = ".pb or .npy";
    diagnostics.add(std::move(problem));
    return false;
  }
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (stream) return true;
  problem.reason = "the file cannot be written";
  diagnostics.add(std::move(problem));
  return false;
}

} // namespace tilewright
