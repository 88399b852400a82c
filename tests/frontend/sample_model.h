// Builds models as plain data, imports them, and shows the result, for tests.
#pragma once

#include "frontend/import.h"
#include "ir/printer.h"
#include "ir/verifier.h"

#include <gtest/gtest.h>
#include <initializer_list>

namespace tilewright::testing {

class SampleModel {
public:
  explicit SampleModel(std::int64_t opset = 13) {
    model.opsets[""] = opset;
    model.ir_version = 8;
    model.graph_name = "g";
  }

  // A negative dimension is a symbolic one without a name.
  SampleModel& input(std::string name, Shape shape, std::string type = "float") {
    model.inputs.push_back(value(std::move(name), shape, std::move(type)));
    return *this;
  }
  SampleModel& symbolic_input(std::string name, std::vector<ModelDimension> shape) {
    model.inputs.push_back({std::move(name), "float", std::move(shape)});
    return *this;
  }
  SampleModel& output(std::string name) {
    model.outputs.push_back({std::move(name), "float", std::nullopt});
    return *this;
  }
  SampleModel& output(std::string name, Shape shape) {
    model.outputs.push_back(value(std::move(name), shape, "float"));
    return *this;
  }
  SampleModel& constant(std::string name, Tensor data, int bits = 0) {
    model.initializers.push_back({std::move(name), std::move(data), bits});
    return *this;
  }
  template <class T> SampleModel& scalar(std::string name, T number) {
    return constant(std::move(name), Tensor::of({}, std::span<const T>(&number, 1)));
  }
  template <class T> SampleModel& vector(std::string name, std::vector<T> numbers) {
    const auto count = static_cast<std::int64_t>(numbers.size());
    return constant(std::move(name), Tensor::of({count}, numbers));
  }
  // "Op" or "domain:Op".
  SampleModel& node(std::string op, std::vector<std::string> inputs, std::vector<std::string> outputs,
                    std::vector<ModelAttribute> attributes = {}) {
    const std::size_t colon = op.find(':');
    ModelNode node;
    node.domain = colon == std::string::npos ? "" : op.substr(0, colon);
    node.op_type = colon == std::string::npos ? op : op.substr(colon + 1);
    node.name = "n" + std::to_string(model.nodes.size());
    node.inputs = std::move(inputs);
    node.outputs = std::move(outputs);
    node.attributes = std::move(attributes);
    model.nodes.push_back(std::move(node));
    return *this;
  }

  Model model;

private:
  static ModelValue value(std::string name, const Shape& shape, std::string type) {
    ModelValue value{std::move(name), std::move(type), std::vector<ModelDimension>{}};
    for (const std::int64_t size : shape) {
      value.shape->push_back(size < 0 ? ModelDimension{} : ModelDimension{size, ""});
    }
    return value;
  }
};

inline ModelAttribute number(std::string name, std::int64_t value) { return {std::move(name), value}; }
inline ModelAttribute real(std::string name, float value) { return {std::move(name), value}; }
inline ModelAttribute word(std::string name, std::string value) { return {std::move(name), std::move(value)}; }
inline ModelAttribute numbers(std::string name, std::vector<std::int64_t> value) {
  return {std::move(name), std::move(value)};
}

struct Imported {
  std::optional<Graph> graph;
  Diagnostics diagnostics;

  std::vector<std::string> messages() const {
    std::vector<std::string> lines;
    for (const Diagnostic& diagnostic : diagnostics.all())
      lines.push_back(text_of(diagnostic));
    return lines;
  }
  std::string all_messages() const {
    std::string text;
    for (const std::string& line : messages())
      text += line + "\n";
    return text;
  }
};

struct Registries {
  OpRegistry ops;
  ImporterRegistry importers;
  Registries() {
    register_all_ops(ops);
    register_all_importers(importers);
  }
};
// Filled once; definitions have to outlive the graphs that use them.
inline const Registries& registries() {
  static const Registries all;
  return all;
}

inline Imported import_sample(const SampleModel& sample, const ImportOptions& options = {}) {
  Imported result;
  result.graph = import_model(sample.model, registries().ops, registries().importers, options, result.diagnostics);
  EXPECT_EQ(result.graph.has_value(), !result.diagnostics.has_errors()) << result.all_messages();
  if (result.graph) {
    for (const Diagnostic& problem : verify(*result.graph))
      ADD_FAILURE() << text_of(problem);
  }
  return result;
}

// The node lines of the imported graph, each as "op(operand names){attributes} : type", or the messages.
inline std::vector<std::string> nodes_of(const Imported& imported) {
  if (!imported.graph) return imported.messages();
  std::vector<std::string> lines;
  const Graph& graph = *imported.graph;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    std::string line = node.op->name + "(";
    for (std::size_t i = 0; i < node.operands.size(); ++i) {
      line += (i == 0 ? "" : ", ") + graph.value(node.operands[i]).name;
    }
    line += ")";
    if (const std::string attributes = text_of(node.attributes); !attributes.empty()) line += " " + attributes;
    const Value& result = graph.value(node.results.front());
    lines.push_back(line + " : " + result.name + " " + text_of(result.type));
  }
  return lines;
}

using Lines = std::vector<std::string>;

} // namespace tilewright::testing
