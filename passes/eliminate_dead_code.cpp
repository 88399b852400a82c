#include "passes/eliminate_dead_code.h"

#include "passes/pass_support.h"

namespace tilewright {

namespace {

Changed run(Graph& graph, PassContext&) { return erase_dead_nodes(graph) > 0 ? Changed::yes : Changed::no; }

} // namespace

void register_eliminate_dead_code(PassRegistry& registry) {
  registry.add({"eliminate_dead_code", "removes what no output depends on", run});
}

} // namespace tilewright
