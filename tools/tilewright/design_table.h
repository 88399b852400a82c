// A mapped network, told to people and to scripts.
#pragma once

#include "backends/common/design.h"
#include "ir/graph.h"
#include "runtime/driver/context.h"

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace tilewright {

// A node that the host computes, by the names of the model's nodes that it stands for.
struct HostNode {
  std::string node;
  std::string op;
};
std::vector<HostNode> host_nodes(const Graph& graph, std::span<const NodeId> nodes);
nlohmann::ordered_json json_of_host_nodes(const std::vector<HostNode>& nodes);

// One line a layer: tiles, place, memory.
std::string design_table(const Design& design);
// "16 of 304 tiles and 4 of 76 memory tiles of vek280; on the host: quantize 'q0', dequantize 'q5'"
std::string design_summary(const Graph& graph, const Design& design, const TargetChoice& choice);
// {"target", "device", "tiles", "memory_tiles", "layers": [...], "host_nodes": [...]}
nlohmann::ordered_json json_of_design(const Graph& graph, const Design& design, const TargetChoice& choice);

} // namespace tilewright
