#include "ir/verifier.h"

#include "ir/printer.h"
#include "ir/quantization_checks.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

class Verifier {
public:
  explicit Verifier(const Graph& graph) : graph_(graph), defined_(graph.value_count(), false) {}

  std::vector<Diagnostic> run() {
    check_inputs();
    std::set<NodeId> seen;
    for (const NodeId id : graph_.order()) {
      if (seen.insert(id).second) {
        check_node(id);
      } else {
        report(id, "topological-order", "the node stands in the order twice");
      }
    }
    check_outputs();
    return std::move(problems_);
  }

private:
  Diagnostic& report(std::string_view rule, std::string reason, std::string expected = {}, std::string got = {}) {
    Diagnostic& problem = problems_.emplace_back();
    problem.kind = ProblemKind::internal;
    problem.code = fmt::format("ir.{}", rule);
    problem.reason = std::move(reason);
    problem.expected = std::move(expected);
    problem.got = std::move(got);
    return problem;
  }

  Diagnostic& report(NodeId id, std::string_view rule, std::string reason, std::string expected = {},
                     std::string got = {}) {
    Diagnostic& problem = report(rule, std::move(reason), std::move(expected), std::move(got));
    const Node& node = graph_.node(id);
    problem.node = text_of(node.origin);
    if (problem.node.empty()) problem.node = fmt::format("#{}", id.index);
    problem.op = node.op->name;
    return problem;
  }

  bool exists(ValueId id) const { return id.index < graph_.value_count(); }
  bool is_constant(ValueId id) const { return graph_.constant(id) != nullptr; }

  void check_inputs() {
    std::set<std::string> names;
    for (const ValueId id : graph_.inputs()) {
      const Value& value = graph_.value(id);
      if (value.producer || value.constant) {
        report("input", "a graph input has a producer or data").tensor = value.name;
      }
      if (!names.insert(value.name).second) report("input", "two graph inputs share a name").tensor = value.name;
      defined_[id.index] = true;
      check_value(id, {});
    }
  }

  void check_outputs() {
    if (graph_.outputs().empty()) report("output", "the graph has no output");
    std::set<std::string> names;
    for (const GraphOutput& output : graph_.outputs()) {
      if (!names.insert(output.name).second) report("output", "two graph outputs share a name").tensor = output.name;
      if (!exists(output.value)) {
        report("output", "a graph output names a value that does not exist").tensor = output.name;
      } else if (is_constant(output.value)) {
        check_constant_once(output.value);
      } else if (!defined_[output.value.index]) {
        report("output", "nothing in the graph defines this output").tensor = output.name;
      }
    }
  }

  void check_node(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.origin.nodes.empty()) report(id, "origin", "the node does not say where it came from");
    for (const std::string& name : node.origin.nodes) {
      if (name.empty()) report(id, "origin", "the origin has an empty name");
    }
    const bool results_good = check_results(id);
    if (check_operands(id) && check_attributes(id) && results_good) check_types(id);
    for (const ValueId result : node.results) {
      if (exists(result)) check_value(result, id);
    }
  }

  bool check_operands(NodeId id) {
    const Node& node = graph_.node(id);
    bool good = true;
    for (const ValueId operand : node.operands) {
      if (!exists(operand)) {
        report(id, "operand-id", "an operand does not exist", fmt::format("an id below {}", graph_.value_count()),
               fmt::format("{}", operand.index));
        good = false;
      } else if (is_constant(operand)) {
        check_constant_once(operand);
      } else if (!defined_[operand.index]) {
        report(id, "topological-order", "an operand is not computed before the node").tensor =
            graph_.value(operand).name;
      }
    }
    if (node.operands.size() < node.op->min_operands || node.operands.size() > node.op->max_operands) {
      report(id, "operand-count", "the number of operands is not the op's",
             fmt::format("{} to {}", node.op->min_operands, node.op->max_operands),
             fmt::format("{}", node.operands.size()));
      good = false;
    }
    return good;
  }

  bool check_attributes(NodeId id) {
    const Node& node = graph_.node(id);
    if (node.attributes.same_struct(node.op->default_attributes)) return true;
    report(id, "attribute-type", "the node's attributes are those of another op");
    return false;
  }

  bool check_results(NodeId id) {
    bool good = true;
    for (const ValueId result : graph_.node(id).results) {
      if (!exists(result)) {
        report(id, "single-producer", "a result does not exist");
        good = false;
        continue;
      }
      if (graph_.value(result).producer != id || defined_[result.index] || is_constant(result)) {
        report(id, "single-producer", "a result is also defined elsewhere").tensor = graph_.value(result).name;
      }
      defined_[result.index] = true;
    }
    return good;
  }

  void check_types(NodeId id) {
    const Node& node = graph_.node(id);
    const std::vector<ValueType> operands = graph_.operand_types(id);
    // An op may rely on sound operands; what is wrong with them is reported where they are defined.
    for (const ValueType& type : operands) {
      if (!check_type(type).empty()) return;
    }
    std::vector<const Tensor*> constants;
    for (const ValueId operand : node.operands)
      constants.push_back(graph_.constant(operand));
    std::vector<ValueType> computed;
    if (const auto error = node.op->infer({node.attributes, operands, constants}, computed)) {
      Diagnostic& problem = report(id, "result-type", error->reason, error->expected, error->got);
      if (error->operand && *error->operand < node.operands.size()) {
        problem.tensor = graph_.value(node.operands[*error->operand]).name;
      }
      return;
    }
    if (computed.size() != node.results.size()) {
      report(id, "result-type", "the number of results is not what the op computes", fmt::format("{}", computed.size()),
             fmt::format("{}", node.results.size()));
      return;
    }
    for (std::size_t i = 0; i < computed.size(); ++i) {
      const Value& value = graph_.value(node.results[i]);
      if (value.type == computed[i]) continue;
      report(id, "result-type", "a result's type is not what the op computes", full_text_of(computed[i]),
             full_text_of(value.type))
          .tensor = value.name;
    }
  }

  void check_value(ValueId id, std::optional<NodeId> node) {
    const Value& value = graph_.value(id);
    for (OpError& error : check_type(value.type)) {
      // The hint of a type's error is its rule.
      Diagnostic& problem = node ? report(*node, error.hint, error.reason, error.expected, error.got)
                                 : report(error.hint, error.reason, error.expected, error.got);
      problem.tensor = value.name;
    }
  }

  void check_constant_once(ValueId id) {
    if (defined_[id.index]) return;
    defined_[id.index] = true;
    check_value(id, {});
    const Value& value = graph_.value(id);
    const Tensor& data = *value.constant;
    if (data.element() != value.type.element || data.shape() != value.type.shape) {
      report("constant", "a constant's type is not that of its data",
             text_of(ValueType{data.element(), data.shape(), {}, {}}), text_of(value.type))
          .tensor = value.name;
    } else if (value.type.range && data.count() > 0 && !value.type.range->contains(value_range(data))) {
      const IntegerRange found = value_range(data);
      report("constant", "a constant's data leave its range",
             fmt::format("[{}, {}]", value.type.range->min, value.type.range->max),
             fmt::format("[{}, {}]", found.min, found.max))
          .tensor = value.name;
    }
  }

  const Graph& graph_;
  std::vector<bool> defined_;
  std::vector<Diagnostic> problems_;
};

} // namespace

std::vector<Diagnostic> verify(const Graph& graph) { return Verifier(graph).run(); }

std::vector<OpError> check_type(const ValueType& type) {
  std::vector<OpError> errors;
  const auto add = [&errors](std::string rule, std::string reason, std::string expected, std::string got) {
    errors.push_back({std::move(reason), std::move(expected), std::move(got), std::move(rule), {}});
  };
  if (!element_count(type.shape)) add("shape", "a shape is negative or too large", "", text_of(type.shape));
  if (!is_integer(type.element)) {
    if (type.quantization)
      add("quantization", "only integers have a quantization", "", std::string(name_of(type.element)));
    if (type.range) add("range", "only integers have a range", "", std::string(name_of(type.element)));
    return errors;
  }
  if (type.quantization) {
    const Quantization& quantization = *type.quantization;
    const auto axis = quantization.axis ? std::optional(static_cast<std::int64_t>(*quantization.axis)) : std::nullopt;
    if (auto error = check_quantization(quantization.scales, quantization.zero_points, axis, type.shape, false)) {
      add("quantization", error->reason, error->expected, error->got);
    }
  }
  if (type.range) {
    if (auto error = check_storage(type.element, *type.range)) add("range", error->reason, error->expected, error->got);
  }
  return errors;
}

} // namespace tilewright
