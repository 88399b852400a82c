#include "tests/fuzz/import_once.h"

#include "frontend/import.h"
#include "frontend/onnx/loader.h"
#include "ir/parser.h"
#include "ir/printer.h"
#include "ir/verifier.h"

namespace tilewright::testing {

std::string import_once(const std::uint8_t* bytes, std::size_t size) {
  struct Registries {
    OpRegistry ops;
    ImporterRegistry importers;
    Registries() {
      register_all_ops(ops);
      register_all_importers(importers);
    }
  };
  static const Registries registries;
  ImportOptions options;
  // Small enough that a legal but large model does not look like a hang.
  options.limits.elements = 1 << 16;
  Diagnostics diagnostics;
  std::optional<Model> model =
      load_model(std::string_view(reinterpret_cast<const char*>(bytes), size), "", options.limits, diagnostics);
  if (!model) return diagnostics.has_errors() ? "" : "no model and no error";
  const auto graph = import_model(*std::move(model), registries.ops, registries.importers, options, diagnostics);
  for (const Diagnostic& problem : diagnostics.all()) {
    if (problem.kind == ProblemKind::internal) return text_of(problem);
  }
  if (!graph) return diagnostics.has_errors() ? "" : "no graph and no error";
  for (const Diagnostic& problem : verify(*graph))
    return text_of(problem);
  const std::string text = text_of(*graph);
  Diagnostics again;
  const auto parsed = parse_graph(text, registries.ops, again);
  if (!parsed) return "the text does not parse: " + (again.all().empty() ? text : text_of(again.all().front()));
  return text_of(*parsed) == text ? "" : "the text changes when it is parsed and printed";
}

} // namespace tilewright::testing
