#include "runtime/driver/compare_tensors.h"

#include "frontend/tensor_file.h"
#include "runtime/driver/host_nodes.h"
#include "runtime/reference/executor.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

// What the integer graph computes, by the names that the importer gave.
std::map<std::string, Tensor> exact_integers(const Graph& graph, const ExecutionResult& result) {
  std::map<std::string, Tensor> integers;
  for (const auto& [id, tensor] : result.values) {
    if (is_integer(tensor.element())) integers.emplace(graph.value(id).name, tensor);
  }
  return integers;
}

bool all_known(const Graph& graph, NodeId id, const Values& values) {
  return std::ranges::all_of(graph.node(id).operands, [&](ValueId operand) {
    return graph.constant(operand) != nullptr || values.contains(operand);
  });
}

Values compute_all(const Graph& imported, const std::vector<Tensor>& inputs, const std::map<std::string, Tensor>& exact) {
  Values values;
  for (std::size_t i = 0; i < inputs.size(); ++i) values[imported.inputs()[i]] = inputs[i];
  for (const NodeId id : imported.order()) {
    const Node& node = imported.node(id);
    const ValueId result = node.results.front();
    const auto known = exact.find(imported.value(result).name);
    if (node.op->traits.quantizer && known != exact.end() && known->second.shape() == imported.type(result).shape &&
        known->second.element() == imported.type(result).element) {
      values[result] = known->second;
    } else if (all_known(imported, id, values)) {
      evaluate_nodes(imported, std::span(&id, 1), values);
    }
  }
  return values;
}

class Comparing {
public:
  Comparing(const Graph& imported, const Values& values, const StoredTensors& stored, Diagnostics& diagnostics)
      : imported_(imported), values_(values), stored_(stored), diagnostics_(diagnostics) {}

  void compare_stored(TensorsReport& report) {
    for (const NodeId id : imported_.order()) {
      for (const ValueId result : imported_.node(id).results) {
        const Tensor* expected = find_stored(imported_.value(result).name);
        if (expected != nullptr && values_.contains(result)) add(result, imported_.value(result).name, *expected, report);
      }
    }
    for (const auto& [stem, tensor] : stored_) {
      if (!used_.contains(stem)) report.unknown.push_back(stem);
    }
  }

  void compare_outputs(const std::vector<Tensor>& expected, TensorsReport& report) {
    for (std::size_t i = 0; i < expected.size() && i < imported_.outputs().size(); ++i) {
      const GraphOutput& output = imported_.outputs()[i];
      if (values_.contains(output.value)) add(output.value, output.name, expected[i], report);
    }
  }

private:
  const Tensor* find_stored(const std::string& name) {
    for (const std::string& stem : {name, file_stem_of(name)}) {
      const auto found = stored_.find(stem);
      if (found == stored_.end()) continue;
      used_.insert(stem);
      return &found->second;
    }
    return nullptr;
  }

  void add(ValueId value, const std::string& name, const Tensor& expected, TensorsReport& report) {
    const Tensor& actual = values_.at(value);
    const OutputUnit unit = unit_of_output(imported_, value);
    const auto found = difference(actual, expected, unit);
    const auto producer = imported_.value(value).producer;
    const std::string node = producer ? text_of(imported_.node(*producer).origin) : "";
    if (!found) {
      diagnostics_.add({.kind = ProblemKind::usage,
                        .code = "compare.shape",
                        .node = node,
                        .tensor = name,
                        .reason = "the stored tensor has another number of elements",
                        .expected = text_of(actual.shape()),
                        .got = text_of(expected.shape())});
      return;
    }
    report.tensors.push_back({name, node, producer ? imported_.node(*producer).op->name : "", unit.kind, actual.count(),
                              *found, is_tolerated(*found, actual.count(), unit.kind)});
  }

  const Graph& imported_;
  const Values& values_;
  const StoredTensors& stored_;
  Diagnostics& diagnostics_;
  std::set<std::string> used_;
};

} // namespace

std::optional<StoredTensors> read_stored_tensors(const fs::path& folder, Diagnostics& diagnostics) {
  std::error_code error;
  std::set<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const fs::path extension = entry.path().extension();
    if (extension == ".npy" || extension == ".pb") files.insert(entry.path());
  }
  if (error) {
    diagnostics.add({.kind = ProblemKind::usage,
                     .code = "compare.folder",
                     .reason = fmt::format("the folder '{}' cannot be read: {}", folder.string(), error.message())});
    return std::nullopt;
  }
  StoredTensors stored;
  for (const fs::path& file : files) {
    auto tensor = read_tensor_file(file, diagnostics);
    if (!tensor) return std::nullopt;
    stored.emplace(file.stem().string(), *std::move(tensor));
  }
  return stored;
}

std::string file_stem_of(const std::string& tensor_name) {
  std::string stem = tensor_name;
  for (char& c : stem) {
    const bool kept = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-' || c == '.';
    if (!kept) c = '_';
  }
  return stem;
}

std::optional<TensorsReport> compare_tensors(const PreparedModel& model, const DataSet& data, const StoredTensors& stored,
                                             Diagnostics& diagnostics) {
  const ExecutionResult result = execute(model.graph, data.inputs, diagnostics, {.keep_values = true});
  if (!result.succeeded) return std::nullopt;
  const Values values = compute_all(*model.imported, data.inputs, exact_integers(model.graph, result));
  TensorsReport report;
  Comparing comparing(*model.imported, values, stored, diagnostics);
  comparing.compare_stored(report);
  comparing.compare_outputs(data.outputs, report);
  return report;
}

} // namespace tilewright
