// How activations move: straight from tile to tile where both sides agree on the order of elements, else through memory
// tiles, and through PLIO at the ends.
#pragma once

#include "backends/common/lowering.h"

#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// One side of a connection between two groups: equal slices behind each port.
struct PortSet {
  int ports = 1;
  std::int64_t slice = 0;    // features behind one port
  int block_features = 0;    // order of the elements: blocks of block_features x block_rows
  int block_rows = 0;
  std::int64_t features() const { return ports * slice; }
  friend bool operator==(const PortSet&, const PortSet&) = default;
};

PortSet output_ports(const Tiling& tiling);
PortSet input_ports(const Tiling& tiling);

// Producer and consumer order the same elements in the same way.
bool connects_directly(const PortSet& from, const PortSet& to);

// Into how many memory-tile buffers the features between two groups must be cut, so that each has few enough ports and
// bytes; nullopt if no cut meets both sides' slices. `row_bytes` = rows in an iteration times bytes of an element.
std::optional<int> buffers_between(const PortSet& from, const PortSet& to, std::int64_t row_bytes, const Target& target);

// Ports of one side that share a buffer when the other side is a PLIO: consecutive ports, as many as fit.
std::optional<std::vector<int>> ports_per_plio(const PortSet& side, std::int64_t row_bytes, int most_ports,
                                               const Target& target);

// Fills buffers, plios and connections of a design whose groups are complete. `tilings` and `producers` (index of the
// group that makes a group's input, or -1) are by group.
void connect_groups(const Graph& graph, const Target& target, const std::vector<Tiling>& tilings,
                    const std::vector<int>& producers, Design& design);

} // namespace tilewright
