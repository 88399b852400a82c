#include "runtime/driver/data_set.h"

#include "frontend/tensor_file.h"
#include "runtime/reference/batches.h"

#include <fmt/format.h>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

std::optional<fs::path> file_of(const fs::path& folder, std::string_view kind, std::size_t index) {
  for (const char* extension : {"pb", "npy"}) {
    const fs::path file = folder / fmt::format("{}_{}.{}", kind, index, extension);
    std::error_code error;
    if (fs::exists(file, error)) return file;
  }
  return std::nullopt;
}

// <kind>_0, <kind>_1 ... up to the first that is not there.
bool read_series(const fs::path& folder, std::string_view kind, std::vector<Tensor>& tensors,
                 Diagnostics& diagnostics) {
  while (const auto file = file_of(folder, kind, tensors.size())) {
    std::optional<Tensor> tensor = read_tensor_file(*file, diagnostics);
    if (!tensor) return false;
    tensors.push_back(*std::move(tensor));
  }
  return true;
}

// How often the graph's own shapes are in the data; nullopt when they are not, or not equally often.
std::optional<std::int64_t> common_parts(const Graph& graph, const DataSet& data) {
  if (data.inputs.empty() || data.inputs.size() != graph.inputs().size()) return std::nullopt;
  std::optional<std::int64_t> common;
  for (std::size_t i = 0; i < data.inputs.size(); ++i) {
    const auto parts = parts_of(data.inputs[i].shape(), graph.type(graph.inputs()[i]).shape);
    if (!parts || (common && *common != *parts)) return std::nullopt;
    common = parts;
  }
  return common;
}

} // namespace

std::optional<DataSet> read_data_set(const fs::path& folder, Diagnostics& diagnostics) {
  DataSet data;
  if (!read_series(folder, "input", data.inputs, diagnostics)) return std::nullopt;
  if (!read_series(folder, "output", data.outputs, diagnostics)) return std::nullopt;
  std::error_code error;
  if (data.inputs.empty()) {
    diagnostics.add({.kind = ProblemKind::usage,
                     .code = "data.no-inputs",
                     .reason = fs::is_directory(folder, error)
                                   ? fmt::format("the folder '{}' has no input_0.pb or input_0.npy", folder.string())
                                   : fmt::format("there is no folder '{}'", folder.string()),
                     .hint = "inputs are input_0.pb, input_1.pb ..., expected outputs output_0.pb ..."});
    return std::nullopt;
  }
  return data;
}

std::optional<DataSet> read_inputs(std::span<const std::string> files, Diagnostics& diagnostics) {
  DataSet data;
  for (const std::string& file : files) {
    std::optional<Tensor> tensor = read_tensor_file(file, diagnostics);
    if (!tensor) return std::nullopt;
    data.inputs.push_back(*std::move(tensor));
  }
  return data;
}

std::vector<Shape> input_shapes(const DataSet& data) {
  std::vector<Shape> shapes;
  for (const Tensor& input : data.inputs)
    shapes.push_back(input.shape());
  return shapes;
}

std::vector<DataSet> parts_for(const Graph& graph, DataSet data) {
  const std::int64_t parts = common_parts(graph, data).value_or(1);
  if (parts == 1) return {std::move(data)};
  std::vector<DataSet> result(static_cast<std::size_t>(parts));
  for (std::int64_t part = 0; part < parts; ++part) {
    DataSet& set = result[static_cast<std::size_t>(part)];
    for (const Tensor& input : data.inputs)
      set.inputs.push_back(slice_of(input, part, parts));
    for (std::size_t i = 0; i < data.outputs.size() && i < graph.outputs().size(); ++i) {
      const Shape& shape = graph.type(graph.outputs()[i].value).shape;
      if (parts_of(data.outputs[i].shape(), shape) != parts) break;
      set.outputs.push_back(slice_of(data.outputs[i], part, parts));
    }
  }
  return result;
}

} // namespace tilewright
