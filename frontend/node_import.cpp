#include "frontend/importer.h"

#include "frontend/import_state.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace tilewright {

namespace {

Diagnostic diagnostic_of(const ModelNode& node, ImportProblem problem) {
  Diagnostic diagnostic;
  diagnostic.code = std::move(problem.code);
  diagnostic.node = node.name;
  diagnostic.op = node.op_type;
  diagnostic.tensor = std::move(problem.tensor);
  diagnostic.reason = std::move(problem.reason);
  diagnostic.expected = std::move(problem.expected);
  diagnostic.got = std::move(problem.got);
  diagnostic.hint = std::move(problem.hint);
  return diagnostic;
}

std::string_view kind_of(const AttributeValue& value) {
  struct Kinds {
    std::string_view operator()(std::int64_t) const { return "an integer"; }
    std::string_view operator()(float) const { return "a float"; }
    std::string_view operator()(const std::string&) const { return "a string"; }
    std::string_view operator()(const std::vector<std::int64_t>&) const { return "a list of integers"; }
    std::string_view operator()(const std::vector<float>&) const { return "a list of floats"; }
    std::string_view operator()(const std::vector<std::string>&) const { return "a list of strings"; }
    std::string_view operator()(const ModelTensor&) const { return "a tensor"; }
    std::string_view operator()(const UnusableAttribute& unusable) const { return unusable.kind; }
  };
  return std::visit(Kinds{}, value);
}

} // namespace

NodeImport::NodeImport(ImportState& state, const ModelNode& node, std::int64_t opset)
    : state_(state), node_(node), opset_(opset), read_(node.attributes.size(), false) {}

ValueId NodeImport::input(std::size_t index) const { return state_.value(node_.inputs[index]); }
const ValueType& NodeImport::type(std::size_t index) const { return type_of(input(index)); }
bool NodeImport::is_constant(std::size_t index) const { return state_.is_constant(input(index)); }
bool NodeImport::is_constant(ValueId id) const { return state_.is_constant(id); }
int NodeImport::narrow_bits(std::size_t index) const { return state_.narrow_bits(input(index)); }
Graph& NodeImport::graph() { return state_.graph(); }
const ValueType& NodeImport::type_of(ValueId id) const { return state_.graph().type(id); }

const Tensor* NodeImport::constant(std::size_t index, std::string_view what) {
  if (!is_constant(index)) {
    fail({"import.not-constant", fmt::format("{} is not a constant", what), "", "", "export it as an initializer",
          input_name(index)});
    return nullptr;
  }
  const Tensor* data = state_.evaluate(input(index));
  if (!data) {
    fail({"import.limit", fmt::format("{} takes too many elements to compute", what),
          fmt::format("at most {}", state_.limits().elements), "", "export it as an initializer", input_name(index)});
  }
  return data;
}

// What a quantizer or dequantizer made is finite, and a view has the elements of what it shows: nothing is evaluated
// here.
bool NodeImport::require_finite(std::size_t index) {
  ValueId id = input(index);
  while (graph().value(id).producer) {
    const Node& producer = graph().node(*graph().value(id).producer);
    if (!producer.op->traits.shape_only || producer.operands.size() > 1) return true;
    id = producer.operands.front();
  }
  const Tensor* data = graph().constant(id);
  const bool finite = !data || visit_elements(*data, []<class T>(std::span<const T> values) {
    if constexpr (std::is_floating_point_v<T>) {
      // Without an early exit, so that it runs at the speed of memory.
      bool all = true;
      for (const T value : values)
        all &= std::abs(value) <= std::numeric_limits<T>::max();
      return all;
    }
    return true;
  });
  if (!finite) {
    fail({"import.not-finite", "a constant holds a NaN or an infinity", "finite numbers", "", "check the training",
          input_name(index)});
  }
  return finite;
}

const AttributeValue* NodeImport::find(std::string_view name) {
  for (std::size_t i = 0; i < node_.attributes.size(); ++i) {
    if (node_.attributes[i].name != name) continue;
    read_[i] = true;
    return &node_.attributes[i].value;
  }
  return nullptr;
}

template <class T> const T* NodeImport::find_as(std::string_view name, std::string_view kind) {
  const AttributeValue* value = find(name);
  if (!value) return nullptr;
  const T* found = std::get_if<T>(value);
  if (!found) {
    fail({"import.attribute", fmt::format("attribute '{}' has the wrong kind", name), std::string(kind),
          std::string(kind_of(*value))});
  }
  return found;
}

bool NodeImport::has_attribute(std::string_view name) const {
  return std::ranges::any_of(node_.attributes, [name](const ModelAttribute& each) { return each.name == name; });
}
std::int64_t NodeImport::integer(std::string_view name, std::int64_t otherwise) {
  const auto* value = find_as<std::int64_t>(name, "an integer");
  return value ? *value : otherwise;
}
float NodeImport::real(std::string_view name, float otherwise) {
  const auto* value = find_as<float>(name, "a float");
  return value ? *value : otherwise;
}
std::string NodeImport::text(std::string_view name, std::string otherwise) {
  const auto* value = find_as<std::string>(name, "a string");
  return value ? *value : std::move(otherwise);
}
std::optional<std::vector<std::int64_t>> NodeImport::integers(std::string_view name) {
  const auto* value = find_as<std::vector<std::int64_t>>(name, "a list of integers");
  return value ? std::optional(*value) : std::nullopt;
}
std::optional<std::vector<float>> NodeImport::reals(std::string_view name) {
  const auto* value = find_as<std::vector<float>>(name, "a list of floats");
  return value ? std::optional(*value) : std::nullopt;
}
const ModelTensor* NodeImport::tensor(std::string_view name) { return find_as<ModelTensor>(name, "a tensor"); }

std::optional<ValueId> NodeImport::add(std::string name, std::string_view op, Attributes attributes,
                                       std::vector<ValueId> operands) {
  const OpDefinition* definition = state_.ops().find(op);
  if (!definition) {
    fail({"import.missing-op", fmt::format("the compiler was built without its op '{}'", op)});
    return std::nullopt;
  }
  const std::vector<ValueId> given = operands;
  const auto added = graph().add_node(*definition, std::move(attributes), std::move(operands), Origin{{node_.name}});
  if (const auto* error = std::get_if<OpError>(&added)) {
    ImportProblem problem{"import.operand", error->reason, error->expected, error->got, error->hint};
    if (error->operand && *error->operand < given.size()) problem.tensor = graph().value(given[*error->operand]).name;
    fail(std::move(problem));
    return std::nullopt;
  }
  const ValueId result = graph().node(std::get<NodeId>(added)).results.front();
  graph().set_name(result, std::move(name));
  const std::int64_t count = element_count(type_of(result).shape).value_or(-1);
  if (count < 0 || count > state_.limits().elements) {
    fail({"import.limit", "a result has too many elements", fmt::format("at most {}", state_.limits().elements),
          text_of(type_of(result)), "", graph().value(result).name});
    return std::nullopt;
  }
  if (count == 0 && !is_constant(result)) {
    fail({"import.shape", "a result has no elements", "dimensions above 0", text_of(type_of(result)), "",
          graph().value(result).name});
    return std::nullopt;
  }
  return result;
}

bool NodeImport::add_output(std::size_t index, std::string_view op, Attributes attributes,
                            std::vector<ValueId> operands) {
  const auto result = add(node_.outputs[index], op, std::move(attributes), std::move(operands));
  if (result) bind(index, *result);
  return result.has_value();
}

std::optional<ValueId> NodeImport::add_node(std::string_view suffix, std::string_view op, Attributes attributes,
                                            std::vector<ValueId> operands) {
  return add(fmt::format("{}.{}", node_.outputs[0], suffix), op, std::move(attributes), std::move(operands));
}

ValueId NodeImport::add_constant(std::string_view suffix, Tensor data) {
  return graph().add_constant(fmt::format("{}.{}", node_.outputs[0], suffix), std::move(data));
}

void NodeImport::bind(std::size_t index, ValueId value) {
  if (index < node_.outputs.size() && !node_.outputs[index].empty()) state_.define(node_.outputs[index], value);
}
void NodeImport::bind(std::size_t index, Tensor data) {
  if (index >= node_.outputs.size()) return;
  bind(index, graph().add_constant(node_.outputs[index], std::move(data)));
}

void NodeImport::set_narrow_bits(std::size_t output, int bits) {
  if (bits != 0) state_.set_narrow_bits(state_.value(node_.outputs[output]), bits);
}

bool NodeImport::allows_elements(std::int64_t count) const { return count <= state_.limits().elements; }

bool NodeImport::reserve_list(std::int64_t count) {
  if (state_.reserve_list(count)) return true;
  fail({"import.limit", "the model's lists of indices take too much memory", "fewer or shorter axes to slice"});
  return false;
}

void NodeImport::fail(ImportProblem problem) {
  failed_ = true;
  state_.diagnostics().add(diagnostic_of(node_, std::move(problem)));
}
void NodeImport::add_residue(std::size_t input, double steps) { state_.add_residue(steps, input_name(input)); }

std::vector<std::string> NodeImport::unread_attributes() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < read_.size(); ++i) {
    if (!read_[i]) names.push_back(node_.attributes[i].name);
  }
  return names;
}

} // namespace tilewright
