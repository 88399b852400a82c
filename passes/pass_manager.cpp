#include "passes/pass_manager.h"

#include "ir/verifier.h"

#include <chrono>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Adds what is wrong with the graph; true when it is sound.
bool verify_after(const Graph& graph, std::string_view where, Diagnostics& diagnostics) {
  std::vector<Diagnostic> problems = verify(graph);
  for (Diagnostic& problem : problems) {
    problem.reason = fmt::format("{}: {}", where, problem.reason);
    diagnostics.add(std::move(problem));
  }
  return problems.empty();
}

} // namespace

PassesResult run_passes(Graph& graph, std::span<const Pass* const> passes, PassContext& context,
                        const PassHooks& hooks) {
  PassesResult result;
  if (!verify_after(graph, "in front of the first pass", context.diagnostics)) return result;
  for (const Pass* pass : passes) {
    if (hooks.before) hooks.before(*pass, graph);
    const std::size_t errors = context.diagnostics.error_count();
    const auto start = std::chrono::steady_clock::now();
    PassRun run{pass->name, pass->run(graph, context), 0};
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (hooks.after) hooks.after(*pass, graph, run);
    result.runs.push_back(run);
    // A model's problem leaves the graph half rewritten, which is no mistake of the pass.
    if (context.diagnostics.error_count() > errors) return result;
    // What did not change was verified before.
    if (run.changed == Changed::no && pass != passes.back()) continue;
    if (!verify_after(graph, fmt::format("behind the pass '{}'", pass->name), context.diagnostics)) return result;
  }
  result.succeeded = true;
  return result;
}

} // namespace tilewright
