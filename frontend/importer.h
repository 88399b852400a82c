// How an operator of ONNX or QONNX becomes operators of the IR. Each file in frontend/importers/ describes one group of
// operators and exports `void register_<stem>_importer(ImporterRegistry&)`. Nothing here knows protobuf.
//
// An importer reads the node through NodeImport, reports what it cannot do, and binds each output to a value. It has to
// ask for every attribute that it understands before it returns: one that nobody asked for is reported. An output that
// stays unbound counts as unknown, and nodes that read it are skipped without further messages; that is meant for nodes
// that reported an error.
#pragma once

#include "frontend/model.h"
#include "ir/graph.h"
#include "ir/registry.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

class ImportState;

// What an importer says about a node; the node's name and operator are added.
struct ImportProblem {
  std::string code; // "import.<...>"
  std::string reason;
  std::string expected = {};
  std::string got = {};
  std::string hint = {};
  std::string tensor = {};
};

class NodeImport {
public:
  // `opset` is the version of the node's domain that the model asks for.
  NodeImport(ImportState& state, const ModelNode& node, std::int64_t opset);

  const ModelNode& node() const { return node_; }
  std::int64_t opset() const { return opset_; }

  // Inputs. One that is left out, or lies beyond the last, is not there.
  bool has_input(std::size_t index) const { return index < node_.inputs.size() && !node_.inputs[index].empty(); }
  const std::string& input_name(std::size_t index) const { return node_.inputs[index]; }
  ValueId input(std::size_t index) const;
  const ValueType& type(std::size_t index) const;
  // Whether the input is computed from constants alone.
  bool is_constant(std::size_t index) const;
  // The data of such an input, evaluated if need be; valid while the import runs. Otherwise an error that calls the
  // input `what` ("the scale") is reported, and the result is nullptr.
  const Tensor* constant(std::size_t index, std::string_view what);
  // The width of an INT4 or UINT4 constant, else 0.
  int narrow_bits(std::size_t index) const;
  // False, and an error, if the input is a constant with a NaN or an infinity.
  bool require_finite(std::size_t index);

  // Attributes; a wrong kind is reported, and the default returned.
  bool has_attribute(std::string_view name) const;
  std::int64_t integer(std::string_view name, std::int64_t otherwise);
  float real(std::string_view name, float otherwise);
  std::string text(std::string_view name, std::string otherwise);
  std::optional<std::vector<std::int64_t>> integers(std::string_view name);
  std::optional<std::vector<float>> reals(std::string_view name);
  const ModelTensor* tensor(std::string_view name);

  // The graph.
  Graph& graph();
  const ValueType& type_of(ValueId id) const;
  bool is_constant(ValueId id) const;
  // Adds a node of the IR whose result is named after output `index`, and binds it. False, and an error, if the op
  // refuses.
  bool add_output(std::size_t index, std::string_view op, Attributes attributes, std::vector<ValueId> operands);
  // Adds a node of the IR in between; its result is named after output 0 with ".<suffix>".
  std::optional<ValueId> add_node(std::string_view suffix, std::string_view op, Attributes attributes,
                                  std::vector<ValueId> operands);
  ValueId add_constant(std::string_view suffix, Tensor data);
  // Output `index` is this value; for nodes that change nothing, or that compute a constant.
  void bind(std::size_t index, ValueId value);
  void bind(std::size_t index, Tensor data);
  // Marks a constant as one of 4 bits, for the quantizers that take their width from it.
  void set_narrow_bits(std::size_t output, int bits);

  // Whether the limits allow a tensor or value of so many elements.
  bool allows_elements(std::int64_t count) const;
  // The same for a list that the importer itself makes, all of the model's together; an error otherwise. Such lists
  // take memory that nothing in the file answers for.
  bool reserve_list(std::int64_t count);

  void fail(ImportProblem problem);
  // A constant operand is this many quantization steps away from what it becomes; one note a model says so.
  void add_residue(std::size_t input, double steps);
  bool failed() const { return failed_; }

  // Names of attributes that nobody asked for, in the model's order.
  std::vector<std::string> unread_attributes() const;

private:
  const AttributeValue* find(std::string_view name);
  template <class T> const T* find_as(std::string_view name, std::string_view kind);
  std::optional<ValueId> add(std::string name, std::string_view op, Attributes attributes,
                             std::vector<ValueId> operands);

  ImportState& state_;
  const ModelNode& node_;
  std::int64_t opset_;
  std::vector<bool> read_; // per attribute
  bool failed_ = false;
};

// One operator in a range of opset versions, both ends included.
struct ImportedOperator {
  std::string domain; // "" is ONNX's own
  std::string op_type;
  std::int64_t first_opset = 1;
  std::int64_t last_opset = 1;
  std::size_t min_inputs = 1; // these have to be there; later ones may be left out
  std::size_t max_inputs = 1;
  std::size_t max_outputs = 1;
};

struct ImporterDefinition {
  std::string name; // unique: the file's stem, or what a part of it imports
  std::vector<ImportedOperator> operators;
  void (*import)(NodeImport& node) = nullptr;
};

using ImporterRegistry = Registry<ImporterDefinition>;

// The newest opset whose definitions of the operators below were read.
inline constexpr std::int64_t newest_opset = 23;

// Of operators that take as many as there are.
inline constexpr std::size_t most_operands = 10'000;

// Runs every register_<stem>_importer of frontend/importers/. Generated by the build.
void register_all_importers(ImporterRegistry& registry);

} // namespace tilewright
