#include "frontend/onnx/external_data.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

Diagnostic& describe(Diagnostic& problem, std::string reason, std::string expected, std::string got) {
  problem.code = "import.external-data";
  problem.reason = std::move(reason);
  problem.expected = std::move(expected);
  problem.got = std::move(got);
  return problem;
}

} // namespace

std::optional<fs::path> ExternalData::resolve(const std::string& path, Diagnostic& problem) const {
  const fs::path given(path);
  if (path.empty() || path.find('\0') != std::string::npos) {
    describe(problem, "external data without a file name", "a path relative to the model", "");
    return std::nullopt;
  }
  if (given.is_absolute() || std::ranges::find(given, fs::path("..")) != given.end()) {
    describe(problem, "external data outside of the model's folder", "a path below the model's folder", path).hint =
        "keep the data file beside the model";
    return std::nullopt;
  }
  std::error_code error;
  const fs::path folder = fs::canonical(folder_, error);
  const fs::path file = error ? fs::path() : fs::canonical(folder / given, error);
  if (error) {
    describe(problem, "the file with the external data is missing", path, "").hint = "copy it to the model's folder";
    return std::nullopt;
  }
  // After symbolic links are followed the file still has to lie below the folder.
  const auto [end_of_folder, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  if (end_of_folder != folder.end() || rest == file.end()) {
    describe(problem, "external data outside of the model's folder", "a path below the model's folder",
             path + " (a symbolic link)")
        .hint = "keep the data file beside the model";
    return std::nullopt;
  }
  if (!fs::is_regular_file(file, error)) {
    describe(problem, "external data is not a regular file", "", path);
    return std::nullopt;
  }
  return file;
}

std::optional<Diagnostic> ExternalData::check(const ExternalLocation& location, std::uint64_t bytes) {
  Diagnostic problem;
  const std::optional<fs::path> file = resolve(location.path, problem);
  if (!file) return problem;
  if (location.length && *location.length != bytes) {
    return describe(problem, "external data of another size than the tensor", fmt::format("{} bytes", bytes),
                    fmt::format("{} bytes", *location.length));
  }
  std::error_code error;
  const std::uint64_t size = fs::file_size(*file, error);
  if (error || location.offset > size || bytes > size - location.offset) {
    return describe(problem, fmt::format("the file '{}' with the external data is too short", location.path),
                    fmt::format("{} bytes from byte {}", bytes, location.offset),
                    fmt::format("{} bytes", error ? 0 : size));
  }
  // Tensors may share bytes, so the file's size bounds nothing.
  read_so_far_ += bytes;
  if (read_so_far_ > limits_.external_bytes) {
    return describe(problem, "the model has too much external data",
                    fmt::format("at most {} bytes", limits_.external_bytes), "");
  }
  return std::nullopt;
}

bool ExternalData::read(const ExternalLocation& location, std::span<std::byte> bytes) const {
  Diagnostic problem;
  const std::optional<fs::path> file = resolve(location.path, problem);
  if (!file) return false;
  std::ifstream stream(*file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(location.offset));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return stream.gcount() == static_cast<std::streamsize>(bytes.size());
}

} // namespace tilewright
