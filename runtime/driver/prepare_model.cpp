#include "runtime/driver/prepare_model.h"

#include "frontend/npy.h"
#include "ir/literals.h"
#include "ir/printer.h"
#include "passes/pipeline.h"
#include "runtime/driver/files.h"

#include <exception>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t largest_printed_constant = 16;

void save_step(const Graph& graph, std::string_view phase, std::size_t number,
               std::map<std::string, std::string>& steps) {
  steps[fmt::format("steps/{:02}_{}.txt", number, phase)] = text_of(graph, {.elide_above = largest_printed_constant});
  for (const NodeId id : graph.order()) {
    for (const ValueId operand : graph.node(id).operands) {
      const Tensor* constant = graph.constant(operand);
      if (constant == nullptr || constant->count() <= largest_printed_constant) continue;
      std::string& file = steps[fmt::format("steps/constants/{:016x}.npy", content_hash(*constant))];
      if (file.empty()) file = npy_of(*constant);
    }
  }
}

std::optional<Graph> import_requested(const ModelRequest& request, CompilerContext& context, Diagnostics& diagnostics,
                                      ModelSummary* summary) {
  const ImportOptions options{request.bindings, request.batch, request.data_shapes, {}};
  return import_model(request.file, context.ops, context.importers, options, diagnostics, summary);
}

// The graph in front of the pass that failed, as text, in a file of its own. The passes are deterministic, so the way
// there is simply walked again.
std::string write_reproducer(const ModelRequest& request, CompilerContext& context,
                             const std::vector<const Pass*>& pipeline, const std::string& failed) {
  Diagnostics ignored;
  std::optional<Graph> graph = import_requested(request, context, ignored, nullptr);
  if (!graph) return {};
  std::string text = text_of(*graph);
  PassContext pass_context{context.ops, ignored, request.mapping.allow_host_islands};
  for (const Pass* pass : pipeline) {
    text = text_of(*graph);
    if (pass->name == failed) break;
    pass->run(*graph, pass_context);
  }
  ScopedFolder folder("tilewright-reproducer-");
  if (folder.path().empty() || write_file(folder.path() / "graph.txt", text)) return {};
  folder.keep();
  return (folder.path() / "graph.txt").string();
}

bool has_internal_error(const Diagnostics& diagnostics, std::size_t from) {
  for (std::size_t i = from; i < diagnostics.all().size(); ++i) {
    const Diagnostic& diagnostic = diagnostics.all()[i];
    if (diagnostic.severity == Severity::error && diagnostic.kind == ProblemKind::internal) return true;
  }
  return false;
}

} // namespace

std::optional<PreparedModel> prepare_model(const ModelRequest& request, CompilerContext& context,
                                           ModelSummary* summary) {
  ModelSummary seen;
  std::optional<Graph> graph = import_requested(request, context, context.diagnostics, &seen);
  if (summary != nullptr) *summary = seen;
  if (!graph) return std::nullopt;
  PreparedModel prepared{std::move(*graph), seen, {}, {}, {}};
  if (request.keep_imported) prepared.imported = prepared.graph;
  if (request.save_steps) save_step(prepared.graph, "import", 0, prepared.steps);

  const auto pipeline = passes_named(pipeline_with(context.passes), context.passes, context.diagnostics);
  if (!pipeline) return std::nullopt;
  std::string current;
  std::size_t number = 0;
  PassHooks hooks;
  hooks.before = [&](const Pass& pass, const Graph&) { current = pass.name; };
  hooks.after = [&](const Pass& pass, const Graph& changed, const PassRun& run) {
    ++number;
    if (request.save_steps && run.changed == Changed::yes) save_step(changed, pass.name, number, prepared.steps);
  };
  const std::size_t known = context.diagnostics.all().size();
  PassContext pass_context{context.ops, context.diagnostics, request.mapping.allow_host_islands};
  bool succeeded = false;
  try {
    PassesResult result = run_passes(prepared.graph, *pipeline, pass_context, hooks);
    succeeded = result.succeeded;
    prepared.passes = std::move(result.runs);
  } catch (const std::exception& error) {
    context.diagnostics.add({.kind = ProblemKind::internal,
                             .code = "internal.pass",
                             .reason = fmt::format("the pass '{}' failed: {}", current, error.what())});
  }
  if (succeeded) return prepared;
  if (has_internal_error(context.diagnostics, known)) {
    const std::string file = write_reproducer(request, context, *pipeline, current);
    context.diagnostics.add(
        {.severity = Severity::error,
         .kind = ProblemKind::internal,
         .code = "internal.reproducer",
         .reason = fmt::format("this is a mistake in Tilewright, in the pass '{}'; please report it "
                               "with the file '{}', which holds the graph in front of the pass",
                               current, file)});
  }
  return std::nullopt;
}

} // namespace tilewright
