#include "runtime/driver/host_parts.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

// For each island how many changes from host to array lie in front of it: 1 at least.
std::map<NodeId, int> island_stages(const Graph& graph, const Design& design) {
  const std::set<NodeId> islands(design.host_between.begin(), design.host_between.end());
  const std::set<NodeId> before(design.host_before.begin(), design.host_before.end());
  std::map<NodeId, int> stages; // of every node: the host's n runs before the array's n + 1
  std::map<NodeId, int> result;
  for (const NodeId id : graph.order()) {
    const bool on_host = islands.contains(id) || before.contains(id);
    int stage = 0;
    for (const ValueId operand : graph.node(id).operands) {
      const std::optional<NodeId> producer = graph.value(operand).producer;
      if (!producer) continue;
      const bool from_host = islands.contains(*producer) || before.contains(*producer);
      stage = std::max(stage, stages[*producer] + (from_host && !on_host ? 1 : 0));
    }
    if (!on_host) stage = std::max(stage, 1);
    stages[id] = stage;
    if (islands.contains(id)) result[id] = stage;
  }
  return result;
}

GraphPart part_of(const Graph& graph, std::string name, std::vector<NodeId> nodes) {
  GraphPart part{std::move(name), std::move(nodes), {}, {}};
  const std::set<NodeId> inside(part.nodes.begin(), part.nodes.end());
  std::set<ValueId> seen;
  for (const NodeId id : part.nodes) {
    for (const ValueId operand : graph.node(id).operands) {
      const Value& value = graph.value(operand);
      if (value.constant || (value.producer && inside.contains(*value.producer))) continue;
      if (seen.insert(operand).second) part.inputs.push_back({value.name, operand});
    }
  }
  for (const NodeId id : part.nodes) {
    for (const ValueId result : graph.node(id).results) {
      const auto output = std::ranges::find(graph.outputs(), result, &GraphOutput::value);
      if (output != graph.outputs().end()) {
        part.outputs.push_back({output->name, result});
        continue;
      }
      const std::vector<NodeId> users = graph.users(result);
      const bool leaves = std::ranges::any_of(users, [&](NodeId user) { return !inside.contains(user); });
      if (leaves) part.outputs.push_back({graph.value(result).name, result});
    }
  }
  return part;
}

} // namespace

std::vector<HostPart> host_parts(const Graph& graph, const Design& design) {
  std::vector<HostPart> parts;
  const auto add = [&](const std::string& name, const std::vector<NodeId>& nodes) {
    if (!nodes.empty()) parts.push_back({"host/" + name + ".onnx", part_of(graph, name, nodes)});
  };
  add("before", design.host_before);
  std::map<int, std::vector<NodeId>> islands;
  const std::map<NodeId, int> stages = island_stages(graph, design);
  for (const NodeId id : design.host_between)
    islands[stages.at(id)].push_back(id);
  int number = 0;
  for (const auto& [stage, nodes] : islands)
    add(fmt::format("island_{}", ++number), nodes);
  add("after", design.host_after);
  return parts;
}

Files host_files(const Graph& graph, const Design& design, const ExporterRegistry& exporters,
                 Diagnostics& diagnostics) {
  Files files;
  for (const HostPart& host : host_parts(graph, design)) {
    if (const auto model = export_part(graph, host.part, exporters, diagnostics))
      files[host.file] = onnx_bytes_of(*model);
  }
  return files;
}

} // namespace tilewright
