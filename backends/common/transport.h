// How activations move: straight from tile to tile where both sides agree on the order of elements, else through memory
// tiles, and through PLIO at the ends.
#pragma once

#include "backends/common/lowering.h"

#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// One side of a connection between two groups: equal slices behind each port. Port k * batch_parts + b is for slice k of the
// features and part b of the rows.
struct PortSet {
  int ports = 1;             // slices of the features
  std::int64_t slice = 0;    // features behind one port
  int block_features = 0;    // order of the elements: blocks of block_features x block_rows
  int block_rows = 0;
  int batch_parts = 1;
  std::int64_t features() const { return ports * slice; }
  int streams() const { return ports * batch_parts; }
  friend bool operator==(const PortSet&, const PortSet&) = default;
};

PortSet output_ports(const Tiling& tiling);
PortSet input_ports(const Tiling& tiling); // of each operand

// Columns of a value that an operand is made of; `room`: what a buffer that holds several values reserves for this one.
struct InputPart {
  int producer = -1; // index of the layer, and of its group; -1: from outside
  ValueId value;
  std::int64_t first = 0;
  std::int64_t features = 0;
  std::int64_t room = 0;
};

// An operand of a layer: a whole value, part of one, or several side by side.
struct GroupInput {
  ElementType element = ElementType::int8;
  bool whole = true;
  std::vector<InputPart> parts;
};

// Producer and consumer order the same elements in the same way.
bool connects_directly(const PortSet& from, const PortSet& to);

// How a [features, rows] matrix is cut into memory-tile buffers.
struct BufferCut {
  int features = 1;
  int rows = 1;
  int buffers() const { return features * rows; }
};

// The fewest memory-tile buffers between two groups with few enough ports and bytes each; nullopt if no cut meets both sides'
// slices. `row_bytes` = rows in an iteration times bytes of an element.
std::optional<BufferCut> buffers_between(const PortSet& from, const PortSet& to, std::int64_t row_bytes,
                                         const Target& target);

// Whether one buffer can hold the parts of an input that is not one whole value. `from` has the ports of each part's
// producer, nothing where that is outside.
bool joins(const GroupInput& input, const std::vector<std::optional<PortSet>>& from, const PortSet& to,
           std::int64_t row_bytes, const Target& target);

// Where the other side is PLIOs: how many cuts the rows get, and for each cut the feature ports that share a buffer,
// consecutive ones, as many as fit.
struct PlioCut {
  int rows = 1;
  std::vector<int> ports;
  int buffers() const { return rows * static_cast<int>(ports.size()); }
};
std::optional<PlioCut> plio_cut(const PortSet& side, std::int64_t row_bytes, int most_ports, const Target& target);

// The fewest PLIOs that carry a buffer of `features` x `rows` in at most `cycles` (0: no limit), or the most that can share
// it; each has an equal share of the features. `most`: channels of a memory tile.
int plios_for(std::int64_t features, std::int64_t rows, ElementType element, std::int64_t cycles, int most,
              const Target& target, const Device& device);

// How many PLIOs a buffer gets.
struct PlioPolicy {
  std::int64_t cycles = 0; // as many as carry their share in this time; 0: one
  int most = 0;            // but no more than this for a value in one direction, shared by its buffers; 0: no limit
};

// Bytes that a PLIO or a stream carries in one cycle of the array.
double plio_bytes_per_cycle(const Target& target, const Device& device);

// Fills buffers, plios and connections of a design whose groups are complete. `tilings` and `inputs` (operand by operand)
// are by group.
void connect_groups(const Graph& graph, const Target& target, const Device& device, const std::vector<Tiling>& tilings,
                    const std::vector<std::vector<GroupInput>>& inputs, const PlioPolicy& plios, Design& design);

} // namespace tilewright
