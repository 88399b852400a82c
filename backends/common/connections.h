// The design's buffers in memory tiles, its PLIOs and what connects them with the groups, as transport.h decides.
#pragma once

#include "backends/common/transport.h"

namespace tilewright {

// Fills buffers, plios and connections of a design whose groups are complete. `ports`, `inputs` (operand by operand)
// and `plios` are by group.
void connect_groups(const Graph& graph, const Target& target, const Device& device,
                    const std::vector<LayerPorts>& ports, const std::vector<std::vector<GroupInput>>& inputs,
                    const std::vector<PlioPolicy>& plios, Design& design);

} // namespace tilewright
