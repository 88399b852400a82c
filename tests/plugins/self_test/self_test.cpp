// What every op owes, whoever wrote it: those of the plugins that are given, and the built-in ones beside them.
#include "ir/graph.h"
#include "ir/parser.h"
#include "runtime/plugin/loader.h"

#include <iostream>

namespace {

using namespace tilewright;

int problems = 0;

void require(bool good, const std::string& op, const char* what) {
  if (good) return;
  std::cout << op << ": " << what << "\n";
  ++problems;
}

void check(const std::string& name, const OpDefinition& op, const CompilerContext& context) {
  require(op.infer != nullptr && op.evaluate != nullptr && op.work != nullptr, name, "a function is missing");
  require(!op.summary.empty() && op.summary.find('\n') == std::string::npos, name, "the summary is not one line");
  const auto parsed = parse_attributes(text_of(op.default_attributes), op.default_attributes);
  require(parsed.has_value() && *parsed == op.default_attributes, name, "its attributes do not survive text");
  if (op.min_operands > 0) {
    Graph graph("empty");
    const auto result = graph.add_node(op, op.default_attributes, {}, Origin{{"here"}});
    const auto* error = std::get_if<OpError>(&result);
    require(error != nullptr && !error->reason.empty(), name, "it accepts no operands, or gives no reason");
    require(graph.order().empty(), name, "a refused node stays");
  }
  for (const Lowering* lowering : lowerings_for(context.lowerings, name)) {
    require(lowering->assess != nullptr && lowering->memory != nullptr && lowering->build != nullptr, name,
            "its lowering is incomplete");
    require(context.backends.find(lowering->backend) != nullptr, name, "its lowering is for an unknown backend");
  }
}

} // namespace

int main(int count, char** arguments) {
  CompilerContext context;
  if (!load_builtins(context) || !load_plugins({arguments + 1, arguments + count}, {}, context)) return 2;
  for (const auto& [name, entry] : context.ops.entries())
    check(name, entry.definition, context);
  std::cout << context.ops.entries().size() << " ops\n";
  return problems == 0 ? 0 : 1;
}
