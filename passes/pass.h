// A pass changes a graph and keeps its meaning. One pair of files each: the stem is the pass's name, also on the
// command line, and the .cpp exports `void register_<stem>(PassRegistry&)`.
#pragma once

#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <string>

namespace tilewright {

struct PassContext {
  const OpRegistry& ops;
  Diagnostics& diagnostics;        // a user's problem is added here; an error stops the pipeline behind the pass
  bool allow_host_islands = false; // float between integers may stay float, for the host
};

// `no` exactly when the text of the graph is what it was.
enum class Changed { no, yes };

struct Pass {
  std::string name;
  std::string summary; // one line, for `tilewright passes`
  // Idempotent: run again on its own result, it changes nothing.
  Changed (*run)(Graph& graph, PassContext& context) = nullptr;
  // For a pass that the default pipeline does not name: the pass behind whose last run it runs. Empty: not at all.
  std::string after = {};
};

} // namespace tilewright
