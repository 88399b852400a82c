// tilewright ops: the operators of the graph, what they are imported from and whether the array has a kernel for them.
#include "backends/common/rearrangement.h"
#include "tools/tilewright/table.h"
#include "tools/tilewright/verb.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string operands_text(const OpDefinition& op) {
  if (op.min_operands == op.max_operands) return std::to_string(op.min_operands);
  return fmt::format("{} to {}", op.min_operands, op.max_operands);
}

// What the array makes of an op: a kernel, or why it needs or has none.
std::string on_array(const OpDefinition& op, const std::vector<std::string>& lowerings) {
  if (!lowerings.empty()) return fmt::format("kernel {}", fmt::join(lowerings, ", "));
  if (op.traits.quantizer || op.traits.dequantizer) return "between layers part of a requantization, else on the host";
  if (moves_elements(op)) return "the way columns are read, kernel rearrange, or on the host";
  if (op.traits.contraction) return "no kernel, unless the passes turn it into another op";
  if (op.trace != nullptr) return "part of the requantization beside it";
  return "no kernel: on the host, before or behind the array";
}

Rows list_ops(VerbCall& call) {
  Rows rows;
  call.json["ops"] = nlohmann::ordered_json::array();
  for (const auto& [name, entry] : call.context.ops.entries()) {
    const OpDefinition& op = entry.definition;
    std::vector<std::string> lowerings;
    for (const Lowering* lowering : lowerings_for(call.context.lowerings, name))
      lowerings.push_back(lowering->name);
    rows.push_back({name, operands_text(op), on_array(op, lowerings), op.summary, entry.origin});
    call.json["ops"].push_back({{"name", name},
                                {"summary", op.summary},
                                {"min_operands", op.min_operands},
                                {"max_operands", op.max_operands},
                                {"lowerings", lowerings},
                                {"on_array", on_array(op, lowerings)},
                                {"origin", entry.origin}});
  }
  return rows;
}

Rows list_imports(VerbCall& call) {
  Rows rows;
  call.json["imports"] = nlohmann::ordered_json::array();
  for (const auto& [name, entry] : call.context.importers.entries()) {
    for (const ImportedOperator& imported : entry.definition.operators) {
      const std::string domain = imported.domain.empty() ? "ai.onnx" : imported.domain;
      rows.push_back(
          {imported.op_type, domain, fmt::format("{} to {}", imported.first_opset, imported.last_opset), entry.origin});
      call.json["imports"].push_back({{"op_type", imported.op_type},
                                      {"domain", domain},
                                      {"first_opset", imported.first_opset},
                                      {"last_opset", imported.last_opset},
                                      {"importer", name},
                                      {"origin", entry.origin}});
    }
  }
  return rows;
}

int run_ops_verb(VerbCall& call) {
  const Rows ops = list_ops(call);
  const Rows imports = list_imports(call);
  if (call.line.json) return 0;
  fmt::print("Operators of the graph\n\n{}\n",
             markdown_table({"op", "operands", "on the array", "what it computes", "from"}, ops));
  fmt::print("What models may contain\n\n{}", markdown_table({"operator", "domain", "opsets", "from"}, imports));
  return 0;
}

} // namespace

void register_ops_verb(VerbRegistry& registry) {
  registry.add({.name = "ops",
                .summary = "List the operators: what is imported, and what runs on the array",
                .examples = "Examples:\n  tilewright ops\n  tilewright ops --json",
                .run = run_ops_verb});
}

} // namespace tilewright
