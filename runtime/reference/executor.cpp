#include "runtime/reference/executor.h"

#include "runtime/reference/batches.h"

#include <fmt/format.h>
#include <optional>

namespace tilewright {

namespace {

std::string text_of(const IntegerRange& range) { return fmt::format("[{}, {}]", range.min, range.max); }

// Whether an integer tensor keeps what its type promises.
bool keeps_range(const Tensor& tensor, const ValueType& type) {
  return !type.range || tensor.count() == 0 || type.range->contains(value_range(tensor));
}

class Run {
public:
  Run(const Graph& graph, Diagnostics& diagnostics, const ExecuteOptions& options)
      : graph_(graph), diagnostics_(diagnostics), options_(options), values_(graph.value_count()),
        readers_(graph.value_count(), 0) {
    for (const NodeId id : graph.order()) {
      for (const ValueId operand : graph.node(id).operands)
        ++readers_[operand.index];
    }
    for (const GraphOutput& output : graph.outputs())
      ++readers_[output.value.index];
  }

  ExecutionResult operator()(std::span<const Tensor> inputs) {
    ExecutionResult result;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      values_[graph_.inputs()[i].index] = inputs[i];
    for (const NodeId id : graph_.order()) {
      if (!compute(id)) return result;
    }
    for (const GraphOutput& output : graph_.outputs())
      result.outputs.push_back(*tensor_of(output.value));
    if (options_.keep_values) {
      for (std::uint32_t i = 0; i < values_.size(); ++i) {
        if (values_[i]) result.values.emplace(ValueId{i}, *std::move(values_[i]));
      }
      keep_constants_of_views(result);
    }
    result.succeeded = true;
    return result;
  }

private:
  void keep_constants_of_views(ExecutionResult& result) const {
    for (const NodeId id : graph_.order()) {
      if (!graph_.node(id).op->traits.shape_only) continue;
      for (const ValueId operand : graph_.node(id).operands) {
        if (const Tensor* constant = graph_.constant(operand)) result.values.emplace(operand, *constant);
      }
    }
  }

  const Tensor* tensor_of(ValueId id) const {
    if (const Tensor* constant = graph_.constant(id)) return constant;
    return &*values_[id.index];
  }

  bool compute(NodeId id) {
    const Node& node = graph_.node(id);
    std::vector<const Tensor*> operands;
    for (const ValueId operand : node.operands)
      operands.push_back(tensor_of(operand));
    const std::vector<ValueType> operand_types = graph_.operand_types(id);
    const std::vector<ValueType> result_types = graph_.result_types(id);
    std::vector<Tensor> results = node.op->evaluate({node.attributes, operands, operand_types, result_types});
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (!check_result(id, node.results[i], results[i], result_types[i])) return false;
      values_[node.results[i].index] = std::move(results[i]);
    }
    release(node.operands);
    return true;
  }

  bool check_result(NodeId id, ValueId value, const Tensor& tensor, const ValueType& type) {
    const bool same = tensor.element() == type.element && tensor.shape() == type.shape;
    if (same && keeps_range(tensor, type)) return true;
    Diagnostic problem;
    problem.kind = ProblemKind::internal;
    problem.code = same ? "run.range" : "run.type";
    problem.node = tilewright::text_of(graph_.node(id).origin);
    problem.op = graph_.node(id).op->name;
    problem.tensor = graph_.value(value).name;
    problem.reason =
        same ? "a computed integer leaves its proven range" : "the op computed another type than it announced";
    problem.expected = same ? text_of(*type.range) : tilewright::text_of(type);
    problem.got =
        same ? text_of(value_range(tensor)) : tilewright::text_of(ValueType{tensor.element(), tensor.shape(), {}, {}});
    diagnostics_.add(std::move(problem));
    return false;
  }

  // Values that nothing reads any more give their memory back.
  void release(const std::vector<ValueId>& operands) {
    for (const ValueId operand : operands) {
      if (--readers_[operand.index] == 0 && !options_.keep_values) values_[operand.index].reset();
    }
  }

  const Graph& graph_;
  Diagnostics& diagnostics_;
  const ExecuteOptions& options_;
  std::vector<std::optional<Tensor>> values_;
  std::vector<std::size_t> readers_;
};

void report_input(Diagnostics& diagnostics, std::string tensor, std::string reason, std::string expected,
                  std::string got) {
  Diagnostic problem;
  problem.kind = ProblemKind::usage;
  problem.code = "run.input";
  problem.tensor = std::move(tensor);
  problem.reason = std::move(reason);
  problem.expected = std::move(expected);
  problem.got = std::move(got);
  diagnostics.add(std::move(problem));
}

// The number of times that the graph has to run; nullopt after reporting what does not fit.
std::optional<std::int64_t> check_inputs(const Graph& graph, std::span<const Tensor> inputs, Diagnostics& diagnostics) {
  if (inputs.size() != graph.inputs().size()) {
    report_input(diagnostics, "", "the number of inputs is not the graph's", fmt::format("{}", graph.inputs().size()),
                 fmt::format("{}", inputs.size()));
    return std::nullopt;
  }
  const std::size_t errors = diagnostics.error_count();
  std::optional<std::int64_t> parts;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph.value(graph.inputs()[i]);
    const std::optional<std::int64_t> multiple = parts_of(inputs[i].shape(), value.type.shape);
    if (inputs[i].element() != value.type.element || !multiple || (parts && parts != multiple)) {
      report_input(diagnostics, value.name, "an input has another type than the graph's",
                   tilewright::text_of(value.type),
                   tilewright::text_of(ValueType{inputs[i].element(), inputs[i].shape(), {}, {}}));
    } else if (!keeps_range(inputs[i], value.type)) {
      report_input(diagnostics, value.name, "an input leaves its range", text_of(*value.type.range),
                   text_of(value_range(inputs[i])));
    }
    if (!parts) parts = multiple;
  }
  if (diagnostics.error_count() > errors) return std::nullopt;
  return parts.value_or(1);
}

} // namespace

ExecutionResult execute(const Graph& graph, std::span<const Tensor> inputs, Diagnostics& diagnostics,
                        const ExecuteOptions& options) {
  const std::optional<std::int64_t> parts = check_inputs(graph, inputs, diagnostics);
  if (!parts) return {};
  if (*parts == 1) return Run(graph, diagnostics, options)(inputs);
  std::vector<std::vector<Tensor>> outputs(graph.outputs().size());
  std::map<ValueId, std::vector<Tensor>> values;
  for (std::int64_t part = 0; part < *parts; ++part) {
    std::vector<Tensor> slices;
    for (const Tensor& input : inputs)
      slices.push_back(slice_of(input, part, *parts));
    ExecutionResult result = Run(graph, diagnostics, options)(slices);
    if (!result.succeeded) return {};
    for (std::size_t i = 0; i < outputs.size(); ++i)
      outputs[i].push_back(std::move(result.outputs[i]));
    for (auto& [id, tensor] : result.values)
      values[id].push_back(std::move(tensor));
  }
  ExecutionResult joined;
  joined.succeeded = true;
  for (const std::vector<Tensor>& slices : outputs)
    joined.outputs.push_back(join(slices));
  for (const auto& [id, slices] : values)
    joined.values.emplace(id, join(slices));
  return joined;
}

} // namespace tilewright
