// Runs passes one after another: verified in front of the first, behind each that changed something and behind the
// last; timed, and observable.
#pragma once

#include "passes/pass.h"

#include <functional>
#include <span>
#include <vector>

namespace tilewright {

struct PassRun {
  std::string pass;
  Changed changed = Changed::no;
  double seconds = 0; // without verification and hooks
};

struct PassHooks {
  std::function<void(const Pass& pass, const Graph& graph)> before;
  std::function<void(const Pass& pass, const Graph& graph, const PassRun& run)> after; // also behind a pass that failed
};

struct PassesResult {
  bool succeeded = false; // no pass reported an error, and the graph is sound
  std::vector<PassRun> runs;
};

// Stops behind the first pass that reports an error or breaks a rule of the graph. A broken rule is an internal error
// that names the pass.
PassesResult run_passes(Graph& graph, std::span<const Pass* const> passes, PassContext& context,
                        const PassHooks& hooks = {});

} // namespace tilewright
