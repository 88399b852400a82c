#include "frontend/export.h"

#include "frontend/onnx/element_types.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

constexpr std::int64_t first_opset = 17;
constexpr std::int64_t first_ir_version = 8;
constexpr std::int64_t ir_version_of_newer_opsets = 10;

} // namespace

class ExportState {
public:
  ExportState(const Graph& graph, const ExporterRegistry& exporters) : graph_(graph), exporters_(exporters) {
    model_.ir_version = first_ir_version;
    model_.opsets[""] = first_opset;
    model_.producer = "tilewright";
  }

  std::optional<Model> run(const GraphPart& part, Diagnostics& diagnostics) {
    model_.graph_name = part.name;
    for (const NamedValue& input : part.inputs) {
      const std::string name = unique(input.name);
      names_.emplace(input.value, name);
      model_.inputs.push_back(declared(name, input.value));
    }
    // Results that leave under one name get it where they are made; one under several is copied.
    for (const NamedValue& output : part.outputs)
      if (!names_.contains(output.value)) names_.emplace(output.value, unique(output.name));
    bool complete = true;
    for (const NodeId id : part.nodes)
      complete = write(id, diagnostics) && complete;
    for (const NamedValue& output : part.outputs) {
      std::string name = name_of(output.value);
      const bool taken = std::ranges::any_of(model_.inputs, [&](const ModelValue& v) { return v.name == name; }) ||
                         std::ranges::any_of(model_.outputs, [&](const ModelValue& v) { return v.name == name; }) ||
                         graph_.constant(output.value) != nullptr;
      if (taken) {
        const std::string copy = unique(output.name);
        add_node("Identity", {name}, {copy}, {}, copy);
        name = copy;
      }
      model_.outputs.push_back(declared(name, output.value));
    }
    if (!complete) return std::nullopt;
    if (model_.opsets[""] > first_opset) model_.ir_version = ir_version_of_newer_opsets;
    return std::move(model_);
  }

  std::string name_of(ValueId value) {
    const auto known = names_.find(value);
    if (known != names_.end()) return known->second;
    const std::string name = unique(graph_.value(value).name);
    if (const Tensor* data = graph_.constant(value)) model_.initializers.push_back({name, *data, 0});
    names_.emplace(value, name);
    return name;
  }

  std::string unique(const std::string& wanted) {
    std::string name = wanted.empty() ? "value" : wanted;
    for (int number = 2; !taken_.insert(name).second; ++number)
      name = fmt::format("{}_{}", wanted.empty() ? "value" : wanted, number);
    return name;
  }

  void add_node(std::string op_type, std::vector<std::string> inputs, std::vector<std::string> outputs,
                std::vector<ModelAttribute> attributes, const std::string& name) {
    model_.nodes.push_back(
        {name, "", std::move(op_type), std::move(inputs), std::move(outputs), std::move(attributes)});
  }

  const Graph& graph() const { return graph_; }
  Model& model() { return model_; }
  void refuse(std::string reason) { refusal_ = std::move(reason); }

private:
  bool write(NodeId id, Diagnostics& diagnostics) {
    const Node& node = graph_.node(id);
    const ExporterDefinition* exporter = exporters_.find(node.op->name);
    refusal_.clear();
    if (exporter == nullptr) {
      refusal_ = "the op has no ONNX form";
    } else {
      NodeExport context(*this, id);
      exporter->write(context);
    }
    if (refusal_.empty()) return true;
    diagnostics.add({.severity = Severity::warning,
                     .code = "export.no-form",
                     .node = text_of(node.origin),
                     .op = node.op->name,
                     .tensor = graph_.value(node.results.front()).name,
                     .reason = fmt::format("this part of the host's work is not written as ONNX: {}", refusal_)});
    return false;
  }

  ModelValue declared(const std::string& name, ValueId value) const {
    const ValueType& type = graph_.type(value);
    ModelValue result{name, name_of_onnx_type(onnx_type_of(type.element)), std::vector<ModelDimension>()};
    for (const std::int64_t size : type.shape)
      result.shape->push_back({size, ""});
    return result;
  }

  const Graph& graph_;
  const ExporterRegistry& exporters_;
  Model model_;
  std::map<ValueId, std::string> names_;
  std::set<std::string> taken_;
  std::string refusal_;
};

const Graph& NodeExport::graph() const { return state_.graph(); }
const Node& NodeExport::node() const { return state_.graph().node(id_); }
const ValueType& NodeExport::type(std::size_t operand) const { return graph().type(node().operands[operand]); }
const ValueType& NodeExport::result_type() const { return graph().type(node().results[0]); }
std::string NodeExport::operand(std::size_t index) { return state_.name_of(node().operands[index]); }

std::string NodeExport::constant(Tensor data) {
  const std::string name = state_.unique(graph().value(node().results[0]).name + ".constant");
  state_.model().initializers.push_back({name, std::move(data), 0});
  return name;
}

std::string NodeExport::scalar(ElementType element, double value) {
  if (element == ElementType::float64) return constant(Tensor::of({}, std::vector<double>{value}));
  return constant(Tensor::of({}, std::vector<float>{static_cast<float>(value)}));
}

std::string NodeExport::add(std::string op_type, std::vector<std::string> inputs,
                            std::vector<ModelAttribute> attributes) {
  const std::string name = state_.unique(graph().value(node().results[0]).name + "." + op_type);
  state_.add_node(std::move(op_type), std::move(inputs), {name}, std::move(attributes), name);
  return name;
}

void NodeExport::result(std::string op_type, std::vector<std::string> inputs, std::vector<ModelAttribute> attributes) {
  const std::string output = state_.name_of(node().results[0]);
  const std::string name = node().origin.nodes.empty() ? output : node().origin.nodes.back();
  state_.add_node(std::move(op_type), std::move(inputs), {output}, std::move(attributes), name);
}

void NodeExport::require_opset(std::int64_t opset) {
  std::int64_t& known = state_.model().opsets[""];
  known = std::max(known, opset);
}

void NodeExport::refuse(std::string reason) { state_.refuse(std::move(reason)); }

std::int64_t onnx_number_of(ElementType element) { return onnx_type_of(element); }

std::optional<Model> export_part(const Graph& graph, const GraphPart& part, const ExporterRegistry& exporters,
                                 Diagnostics& diagnostics) {
  return ExportState(graph, exporters).run(part, diagnostics);
}

} // namespace tilewright
