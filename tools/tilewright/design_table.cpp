#include "tools/tilewright/design_table.h"

#include "backends/common/memory_tiles.h"
#include "ir/diagnostics.h"
#include "tools/tilewright/table.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

std::vector<HostNode> host_nodes(const Graph& graph, std::span<const NodeId> nodes) {
  std::vector<HostNode> result;
  for (const NodeId id : nodes) {
    const Node& node = graph.node(id);
    result.push_back({text_of(node.origin), node.op->name});
  }
  return result;
}

nlohmann::ordered_json json_of_host_nodes(const std::vector<HostNode>& nodes) {
  nlohmann::ordered_json result = nlohmann::ordered_json::array();
  for (const HostNode& node : nodes)
    result.push_back({{"node", node.node}, {"op", node.op}});
  return result;
}

std::string design_table(const Design& design) {
  std::vector<std::vector<std::string>> rows;
  for (const KernelGroup& group : design.groups) {
    rows.push_back({escaped(group.origin), group.kernel, fmt::format("{} x {}", group.columns, group.rows),
                    fmt::format("{}, {}", group.place.column, group.place.row),
                    fmt::format("{}", group.memory.weights + group.memory.parameters),
                    fmt::format("{}", group.memory.input + group.memory.output)});
  }
  return markdown_table({"layer", "kernel", "tiles", "at column, row", "bytes of parameters a tile", "of activations"},
                        rows);
}

std::string design_summary(const Graph& graph, const Design& design, const TargetChoice& choice) {
  const Device& device = *choice.device;
  std::string text = fmt::format("{} of {} tiles and {} of {} memory tiles of {}; {}", tile_count(design),
                                 device.columns * device.rows, memory_tiles_for(design.buffers, *choice.target, device),
                                 memory_tiles_of(device), device.name, iterations_text(design));
  std::string on_host;
  for (const HostNode& node : host_nodes(graph, host_nodes_of(design))) {
    on_host += fmt::format("{}{} '{}'", on_host.empty() ? "" : ", ", node.op, escaped(node.node));
  }
  if (!on_host.empty()) text += "\nOn the host: " + on_host;
  return text;
}

nlohmann::ordered_json json_of_design(const Graph& graph, const Design& design, const TargetChoice& choice) {
  nlohmann::ordered_json layers = nlohmann::ordered_json::array();
  for (const KernelGroup& group : design.groups) {
    layers.push_back({{"name", group.name},
                      {"op", group.op},
                      {"origin", group.origin},
                      {"columns", group.columns},
                      {"rows", group.rows},
                      {"column", group.place.column},
                      {"row", group.place.row}});
  }
  return {{"target", design.target},
          {"device", design.device},
          {"tiles", tile_count(design)},
          {"memory_tiles", memory_tiles_for(design.buffers, *choice.target, *choice.device)},
          {"iterations", design.iterations},
          {"layers", std::move(layers)},
          {"host_nodes", json_of_host_nodes(host_nodes(graph, host_nodes_of(design)))}};
}

} // namespace tilewright
