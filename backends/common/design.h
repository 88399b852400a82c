// The Design: a network as it lies on the array. Plain data; everything after mapping reads this and nothing else.
//
// Activations are matrices of `rows` (all dimensions but the last) x `features` (the last). The array works on
// `rows_per_iteration` rows at a time, or on one sample (row_layout.h); features are padded so that every slice is a
// whole number of blocks.
#pragma once

#include "backends/common/kernel_work.h"
#include "backends/common/row_layout.h"
#include "ir/graph_ids.h"
#include "ir/tensor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// adf::tiling_parameters. Dimension 0 is the fastest; all quantities are elements.
struct Traversal {
  int dimension = 0;
  std::int64_t stride = 0;
  std::int64_t wrap = 0;
  friend bool operator==(const Traversal&, const Traversal&) = default;
};

struct AccessPattern {
  std::vector<std::int64_t> buffer_dimension;
  std::vector<std::int64_t> tiling_dimension;
  std::vector<std::int64_t> offset;
  std::vector<Traversal> traversal;        // entry 0 innermost
  std::vector<std::int64_t> boundary = {}; // zeros are read beyond it, and in front of 0; empty: nothing is beyond
  friend bool operator==(const AccessPattern&, const AccessPattern&) = default;
};

// The linear indices into the buffer in the order in which the pattern touches them; -1 for a zero beyond the boundary.
std::vector<std::int64_t> touched_indices(const AccessPattern& pattern);
std::int64_t touched_count(const AccessPattern& pattern);

struct Coordinate {
  int column = 0;
  int row = 0;
  friend bool operator==(const Coordinate&, const Coordinate&) = default;
};

// What a port carries in one iteration: a block of a value's [features, rows] matrix, in `pattern`'s order. Each call
// of the kernel takes or gives an equal share of it.
struct Port {
  ElementType element = ElementType::int8;
  AccessPattern pattern; // over {padded features, rows of an iteration}, or {padded features, pixels, image rows}
};

// A constant of the kernel's configuration struct, as C++ spells it.
struct ConfigEntry {
  std::string type; // "int", "unsigned", "using" for a type alias
  std::string name;
  std::string value;
};

// A runtime parameter: one array for one kernel.
struct ParameterArray {
  std::string member;   // port array of the kernel group's graph: "weights"
  int index = 0;        // in that port array
  Coordinate tile;      // relative to the group
  int kernel_input = 0; // i of kernel.in[i]
  Tensor data;          // one-dimensional
};

// Bytes that one tile's memory holds for the group, by bank; see docs/bank_plan.md.
struct TileMemory {
  std::int64_t input = 0;        // one half of the ping-pong pair
  std::int64_t second_input = 0; // the same of a second operand
  std::int64_t output = 0;       // one half of the ping-pong pair
  std::int64_t weights = 0;
  std::int64_t parameters = 0; // beside the stack
  std::int64_t stack = 0;
  bool input_in_west = true; // where the input lies, and with it the output
};

// The tiles that compute one node of the graph, a rectangle: cascades of columns / strips tiles, `rows` of them on top
// of each other and `strips` of those stacks side by side. Cascade c is number c % rows of stack c / rows.
struct KernelGroup {
  std::string name;   // C++ identifier, unique in the design
  std::string kernel; // stem of the kernel library: kernels/<kernel>.{h,cpp}, class template <kernel>_graph
  std::vector<std::string> kernel_classes; // class templates of <kernel>.h that the group's tiles run
  std::string op;                          // for people
  std::string origin;                      // the model's nodes
  NodeId node;                             // whose result the group computes
  ValueId output;
  int columns = 1;
  int rows = 1;
  int strips = 1;
  int batch_parts = 1;           // into which the rows of an iteration are cut
  int repetitions = 1;           // calls of each kernel in an iteration
  std::int64_t input_slice = 0;  // features behind an input port
  std::int64_t output_slice = 0; // features behind an output port
  bool input_in_west = true;     // bank plan: input buffers in the tile to the west, or in their own
  int plios_asked = 0;           // by the user, for each tensor to or from outside; 0: nothing
  Coordinate place;              // lowest column and row; filled by placement
  std::vector<ConfigEntry> config;
  std::vector<Port> inputs;  // in[i], operand after operand; part b of slice k is number k * batch_parts + b
  std::vector<Port> outputs; // out[i]; part b of slice k is number k * batch_parts + b, a cascade each
  std::vector<ParameterArray> parameters;
  TileMemory memory;                     // the fullest tile
  std::vector<KernelWork> work;          // of the tiles of every cascade; empty: unknown
  std::int64_t multiply_accumulates = 0; // of the model, in one iteration, without padding
  int cascade_length() const { return columns / strips; }
};

// One end of a connection inside the array.
struct Endpoint {
  enum class Kind { plio, group, buffer };
  Kind kind = Kind::group;
  int index = 0; // of the plio, group or buffer in the design
  int port = 0;  // of that group's or buffer's inputs or outputs
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

struct Connection {
  Endpoint from;
  Endpoint to;
};

// A shared_buffer in a memory tile, double-buffered.
struct MemoryBuffer {
  std::string name; // C++ identifier
  ElementType element = ElementType::int8;
  std::int64_t features = 0;         // dimension 0
  std::int64_t rows = 0;             // dimension 1
  std::vector<AccessPattern> writes; // one an input port
  std::vector<AccessPattern> reads;  // one an output port
  std::int64_t bytes() const { return 2 * features * rows * static_cast<std::int64_t>(size_in_bytes(element)); }
};

// A stream to or from programmable logic: `features` columns of a value, from `first_feature`, row by row, in each
// iteration `rows` rows from `first_row`.
struct Plio {
  enum class Direction { in, out };
  Direction direction = Direction::in;
  std::string name; // unique; letters, digits, underscore
  std::string file; // "data/<name>.txt"
  ValueId value;
  ElementType element = ElementType::int8;
  std::int64_t first_feature = 0;
  std::int64_t features = 0; // padded
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

// How a layer gets what other layers make.
enum class Transport {
  direct,      // from tile to tile
  memory_tile, // through buffers in memory tiles
};

// How the tilings were chosen, and how good that is by the search's own measure, in cycles of one inference.
struct SearchRecord {
  std::string objective = "tiles";
  std::int64_t cycles =
      0; // throughput: the slowest layer; latency: all layers one after another; tiles: number of tiles
  std::int64_t lower_bound = 0; // of the same over all candidates; 0: not known
  bool optimal = false;         // cycles = lower_bound
};

struct Design {
  std::string model;
  std::string target;
  std::string device;
  bool by_sample = false;              // rows are samples, one in an iteration
  std::int64_t row_unit = 1;           // by_sample: what the pitch of image rows is a multiple of
  std::int64_t rows = 0;               // of the model's matrices
  std::int64_t rows_per_iteration = 0; // padded
  std::int64_t iterations = 0;         // of the graph: ceil(rows / rows_per_iteration)
  std::vector<KernelGroup> groups;     // in topological order
  std::vector<MemoryBuffer> buffers;
  std::vector<Plio> plios;
  std::vector<Connection> connections;
  std::vector<NodeId> host_before;  // nodes that the host computes before, between and after layers, in order
  std::vector<NodeId> host_between;
  std::vector<NodeId> host_after;
  std::vector<ValueId> entering; // values that the host sends, in order
  std::vector<ValueId> leaving;  // values that the host receives, in order
  SearchRecord search;
  int plios_asked = 0; // by the user, for each tensor to or from outside; 0: nothing
};

// The three lists of the host's nodes, one after the other.
std::vector<NodeId> host_nodes_of(const Design& design);

Iteration iteration_of(const Design& design);

// "8 rows in 2 iterations of 4", "10 samples, one an iteration".
std::string iterations_text(const Design& design);

// Number of compute tiles with a kernel.
int tile_count(const Design& design);

} // namespace tilewright
