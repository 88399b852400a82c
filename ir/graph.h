// The graph: values and nodes in topological order. Result types are computed, and every node knows where it came from.
#pragma once

#include "ir/graph_ids.h"
#include "ir/op.h"
#include "ir/registry.h"

#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace tilewright {

// The model's nodes that a node stands for, in the order in which they were merged.
struct Origin {
  std::vector<std::string> nodes;
  friend bool operator==(const Origin&, const Origin&) = default;
};

Origin merged(const Origin& a, const Origin& b); // without duplicates
std::string text_of(const Origin& origin);       // "a + b"

struct Value {
  std::string name; // the model's tensor name where it has one; not necessarily unique
  ValueType type;
  std::optional<NodeId> producer;
  std::optional<Tensor> constant; // neither producer nor constant: a graph input
};

struct Node {
  const OpDefinition* op = nullptr;
  Attributes attributes;
  std::vector<ValueId> operands;
  std::vector<ValueId> results;
  Origin origin;
};

struct GraphOutput {
  std::string name;
  ValueId value;
};

class Graph {
public:
  explicit Graph(std::string name = {}) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }

  ValueId add_input(std::string name, ValueType type);
  // The range is computed from the data unless `type` of the data is a float.
  ValueId add_constant(std::string name, Tensor data, std::optional<Quantization> quantization = {});
  void add_output(std::string name, ValueId value) { outputs_.push_back({std::move(name), value}); }
  void set_output(std::size_t index, ValueId value) { outputs_[index].value = value; }

  // Adds a node before `before`, or at the end, and computes its result types. On error nothing is added. The results
  // take the names `names`, or "<name of operand 0>.<op>".
  std::variant<NodeId, OpError> add_node(const OpDefinition& op, Attributes attributes, std::vector<ValueId> operands,
                                         Origin origin, std::optional<NodeId> before = {},
                                         std::vector<std::string> names = {});

  const std::vector<NodeId>& order() const { return order_; } // topological
  const std::vector<ValueId>& inputs() const { return inputs_; }
  const std::vector<GraphOutput>& outputs() const { return outputs_; }
  const Value& value(ValueId id) const { return values_[id.index]; }
  const Node& node(NodeId id) const { return nodes_[id.index]; }
  std::size_t value_count() const { return values_.size(); }

  const ValueType& type(ValueId id) const { return value(id).type; }
  // The data of a constant, else nullptr.
  const Tensor* constant(ValueId id) const;
  std::vector<ValueType> operand_types(NodeId id) const;
  std::vector<ValueType> result_types(NodeId id) const;
  // Nodes that read the value, in topological order, each once.
  std::vector<NodeId> users(ValueId id) const;
  // How many operands and graph outputs read the value.
  std::size_t use_count(ValueId id) const;

  // Makes every reader of `from`, graph outputs included, read `to`. The types must be equal in element and shape.
  void replace_uses(ValueId from, ValueId to);
  // The same for many at once, in one sweep. A replacement may itself be replaced.
  void replace_uses(const std::map<ValueId, ValueId>& replacements);
  void set_name(ValueId id, std::string name) { values_[id.index].name = std::move(name); }
  void set_origin(NodeId id, Origin origin) { nodes_[id.index].origin = std::move(origin); }
  // Changes what a node computes in place. Its result types, and all that follow from them, are wrong until
  // `recompute_types`.
  void set_attributes(NodeId id, Attributes attributes) { nodes_[id.index].attributes = std::move(attributes); }
  void set_operands(NodeId id, std::vector<ValueId> operands) { nodes_[id.index].operands = std::move(operands); }
  // The node's results must be unused.
  void erase_node(NodeId id);
  // The same for many at once, in one sweep; they may read each other's results.
  void erase_nodes(const std::vector<NodeId>& ids);
  // Types computed anew in topological order, for when an input's type changed; the first error, with its node.
  std::optional<std::pair<NodeId, OpError>> recompute_types();

  // For parsers and verifier tests: changes what the class otherwise computes.
  void override_type(ValueId id, ValueType type) { values_[id.index].type = std::move(type); }

private:
  friend struct GraphTestAccess; // defined by the verifier's tests, which have to break graphs

  std::optional<OpError> infer(const OpDefinition& op, const Attributes& attributes, std::span<const ValueId> operands,
                               std::vector<ValueType>& results) const;

  std::string name_;
  std::deque<Value> values_;
  std::deque<Node> nodes_; // erased nodes stay, without being in the order
  std::vector<NodeId> order_;
  std::vector<ValueId> inputs_;
  std::vector<GraphOutput> outputs_;
};

} // namespace tilewright
