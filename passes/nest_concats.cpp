#include "passes/nest_concats.h"

#include "ir/ops/concat.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::size_t most_operands = 4;

bool nest(Graph& graph, NodeId id) {
  const Node node = graph.node(id);
  if (!node.attributes.holds<ConcatAttributes>() || node.operands.size() <= most_operands ||
      !is_integer(graph.type(node.results[0]).element)) {
    return false;
  }
  const std::string name = graph.value(node.results[0]).name;
  std::vector<ValueId> parts = node.operands;
  int number = 0;
  const auto joined = [&](std::vector<ValueId> operands, std::string result) {
    return added_result(graph, *node.op, node.attributes, std::move(operands), node.origin, id, std::move(result));
  };
  while (parts.size() > most_operands) {
    std::vector<ValueId> next;
    for (std::size_t first = 0; first < parts.size(); first += most_operands) {
      const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = parts.begin() + static_cast<std::ptrdiff_t>(std::min(first + most_operands, parts.size()));
      next.push_back(end - begin == 1 ? *begin : joined({begin, end}, fmt::format("{}.part{}", name, number++)));
    }
    parts = std::move(next);
  }
  graph.replace_uses(node.results[0], joined(std::move(parts), name));
  graph.erase_node(id);
  return true;
}

Changed run(Graph& graph, PassContext&) {
  bool changed = false;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order)
    changed = nest(graph, id) || changed;
  return changed ? Changed::yes : Changed::no;
}

} // namespace

void register_nest_concats(PassRegistry& registry) {
  registry.add({"nest_concats", "concatenates at most four tensors at a time", run});
}

} // namespace tilewright
