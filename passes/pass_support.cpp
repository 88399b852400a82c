#include "passes/pass_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace tilewright {

void update_types(Graph& graph, Diagnostics& diagnostics) {
  const auto error = graph.recompute_types();
  if (!error) return;
  Diagnostic problem = problem_at(graph, error->first, "passes.types", error->second.reason);
  problem.kind = ProblemKind::internal;
  problem.expected = error->second.expected;
  problem.got = error->second.got;
  diagnostics.add(std::move(problem));
}

std::size_t erase_dead_nodes(Graph& graph) {
  std::vector<bool> live(graph.value_count(), false);
  for (const GraphOutput& output : graph.outputs())
    live[output.value.index] = true;
  std::vector<NodeId> dead;
  for (const NodeId id : std::views::reverse(graph.order())) {
    const Node& node = graph.node(id);
    if (std::ranges::none_of(node.results, [&](ValueId result) { return live[result.index]; })) {
      dead.push_back(id);
      continue;
    }
    for (const ValueId operand : node.operands)
      live[operand.index] = true;
  }
  graph.erase_nodes(dead);
  return dead.size();
}

ValueId added_result(Graph& graph, const OpDefinition& op, Attributes attributes, std::vector<ValueId> operands,
                     const Origin& origin, NodeId before, std::string name) {
  const auto added =
      graph.add_node(op, std::move(attributes), std::move(operands), origin, before, {{std::move(name)}});
  return graph.node(std::get<NodeId>(added)).results[0];
}

Diagnostic problem_at(const Graph& graph, NodeId id, std::string code, std::string reason, std::string hint) {
  const Node& node = graph.node(id);
  Diagnostic problem;
  problem.code = std::move(code);
  problem.node = text_of(node.origin);
  problem.op = node.op->name;
  if (!node.results.empty()) problem.tensor = graph.value(node.results[0]).name;
  problem.reason = std::move(reason);
  problem.hint = std::move(hint);
  return problem;
}

void report_inexact(const Graph& graph, NodeId id, const Deviation& deviation, Diagnostics& diagnostics) {
  Diagnostic note =
      problem_at(graph, id, "requantization.inexact",
                 fmt::format("no multiplier is exact for every accumulator value: {} values differ, by {} at most",
                             deviation.differing, deviation.largest));
  note.severity = Severity::note;
  note.kind = ProblemKind::numbers;
  note.hint = "use power-of-two scales, or fewer bits in the result";
  diagnostics.add(std::move(note));
}

std::vector<IntegerRange> channel_ranges_of(const Graph& graph, ValueId value) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  if (!producer || !graph.node(*producer).op->channel_ranges) return {};
  const Node& node = graph.node(*producer);
  const std::vector<ValueType> types = graph.operand_types(*producer);
  std::vector<const Tensor*> constants;
  for (const ValueId operand : node.operands)
    constants.push_back(graph.constant(operand));
  return node.op->channel_ranges({node.attributes, types, constants});
}

bool is_real(const ValueType& type) {
  return type.element == ElementType::float32 || type.element == ElementType::float64;
}

} // namespace tilewright
