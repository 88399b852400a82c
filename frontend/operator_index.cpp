#include "frontend/operator_index.h"

#include "frontend/unsupported.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

void fail(const ModelNode& node, Diagnostics& diagnostics, std::string code, std::string reason,
          std::string expected = {}, std::string got = {}, std::string hint = {}) {
  Diagnostic problem;
  problem.node = node.name;
  problem.op = node.op_type;
  problem.code = std::move(code);
  problem.reason = std::move(reason);
  problem.expected = std::move(expected);
  problem.got = std::move(got);
  problem.hint = std::move(hint);
  diagnostics.add(std::move(problem));
}

} // namespace

OperatorIndex::OperatorIndex(const ImporterRegistry& importers) {
  for (const auto& [name, entry] : importers.entries()) {
    for (const ImportedOperator& op : entry.definition.operators) {
      operators_[{op.domain, op.op_type}].push_back({&op, &entry.definition});
    }
  }
}

std::vector<std::string> ambiguous_operators(const ImporterRegistry& importers) {
  std::vector<std::string> problems;
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<const ImportedOperator*, std::string>>> seen;
  for (const auto& [name, entry] : importers.entries()) {
    for (const ImportedOperator& op : entry.definition.operators) {
      auto& others = seen[{op.domain, op.op_type}];
      for (const auto& [other, origin] : others) {
        const std::int64_t first = std::max(op.first_opset, other->first_opset);
        if (first > std::min(op.last_opset, other->last_opset)) continue;
        problems.push_back(fmt::format("of the operator '{}' of opset {} is registered twice: in {} and in {}", op.op_type,
                                       first, origin, entry.origin));
      }
      others.emplace_back(&op, entry.origin);
    }
  }
  return problems;
}

KnownOperator OperatorIndex::find(const ModelNode& node, std::int64_t opset, Diagnostics& diagnostics) const {
  const auto position = operators_.find({node.domain, node.op_type});
  if (position == operators_.end()) {
    UnsupportedOperator why = explain_unsupported(node);
    fail(node, diagnostics, std::move(why.code), std::move(why.reason), "", "", std::move(why.hint));
    return {};
  }
  KnownOperator found;
  std::vector<std::string> ranges;
  for (const KnownOperator& candidate : position->second) {
    ranges.push_back(fmt::format("{} to {}", candidate.op->first_opset, candidate.op->last_opset));
    if (opset < candidate.op->first_opset || opset > candidate.op->last_opset) continue;
    if (found.op) {
      Diagnostic internal;
      internal.kind = ProblemKind::internal;
      internal.code = "import.ambiguous";
      internal.reason = fmt::format("two importers take '{}': {} and {}", node.op_type, found.importer->name,
                                    candidate.importer->name);
      diagnostics.add(std::move(internal));
      return {};
    }
    found = candidate;
  }
  if (!found.op) {
    fail(node, diagnostics, "import.opset", "the operator is not known in this version",
         fmt::format("opset {}", fmt::join(ranges, ", ")), fmt::format("opset {}", opset),
         "export the model with a supported opset");
  }
  return found;
}

bool check_arity(const ModelNode& node, const ImportedOperator& op, Diagnostics& diagnostics) {
  bool good = true;
  std::size_t inputs = node.inputs.size();
  while (inputs > 0 && node.inputs[inputs - 1].empty())
    --inputs;
  for (std::size_t i = 0; i < op.min_inputs; ++i)
    good = good && i < inputs && !node.inputs[i].empty();
  if (!good || inputs > op.max_inputs) {
    const std::string expected = op.min_inputs == op.max_inputs ? fmt::format("{}", op.min_inputs)
                                                                : fmt::format("{} to {}", op.min_inputs, op.max_inputs);
    fail(node, diagnostics, "import.node", good ? "the node has too many inputs" : "an input is missing", expected,
         fmt::format("{}", inputs));
    good = false;
  }
  if (node.outputs.size() > op.max_outputs) {
    fail(node, diagnostics, "import.node", "the node has too many outputs", fmt::format("at most {}", op.max_outputs),
         fmt::format("{}", node.outputs.size()));
    good = false;
  }
  return good;
}

} // namespace tilewright
