// The program as the user's graph constructors describe it: plain data, filled by the public ADF classes.
//
// Objects refer to one another by index. One process holds one design; all graph objects of the program write into it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "config.hpp"
#include "device.hpp"
#include "element_kind.hpp"
#include "port_runtime.hpp"
#include "small_list.hpp"

namespace tilewright::adf {

enum class Direction : unsigned char { in, out, inout };

/// What a port belongs to. A hierarchy port only passes a connection on from one graph to another.
enum class PortOwner : unsigned char { hierarchy, kernel, plio, gmio, shared_buffer, external_buffer, packet_switch };

enum class Transport : unsigned char { none, buffer, stream, packet_stream, cascade, parameter };

/// A place in data memory. bank < 0 and offset < 0: anywhere in the tile.
struct MemoryPlace {
  int column = -1;
  int row = -1;
  int bank = -1;
  std::int64_t offset = -1;
};

struct TileTraversal {
  std::uint32_t dimension;
  std::uint32_t stride;
  std::uint32_t wrap;
};

inline constexpr std::size_t max_dimensions = 12; ///< more than any DMA has, unrolled loops included
using Dimensions = SmallList<std::uint32_t, max_dimensions>;

/// One access pattern; elements, dimension 0 fastest. Empty vectors stand for the documented defaults.
struct Tiling {
  Dimensions buffer_dimension;
  Dimensions tiling_dimension;
  SmallList<std::int32_t, max_dimensions> offset;
  SmallList<TileTraversal, max_dimensions> tile_traversal;
  int packet_port_id = -1;
  std::uint32_t repetition = 1;
  std::uint32_t phase = 0;
  Dimensions boundary_dimension;
};

struct Port {
  PortOwner owner_kind = PortOwner::hierarchy;
  Direction direction = Direction::in;
  Transport transport = Transport::none;
  int owner = -1;    ///< index into the table of owner_kind
  int index = -1;    ///< among the owner's ports of this direction
  int argument = -1; ///< kernel ports: position in the argument list
  ElementType element;
  std::size_t elements = 0; ///< per firing; 0 until dimensions() says
  std::size_t margin = 0;   ///< elements
  bool array_parameter = false;
  bool asynchronous = false; ///< parameter: the last value sticks; buffer: acquired inside the kernel
  bool synchronous = false;  ///< parameter: sync() asked for one value a firing
  bool single_buffer = false;
  std::uint32_t samples_per_iteration = 0; ///< streams: elements of one firing, for multirate graphs; 0: not known
  std::vector<Tiling> tilings;
  std::vector<MemoryPlace> places;
};

struct Connection {
  int from = -1;
  int to = -1;
  Transport transport = Transport::none; ///< as the tag of connect<> says; none: deduced
  int fifo_depth = 0;
  unsigned from_bytes = 0; ///< connect<window<bytes>>: size of the buffers at the ends, 0 if not given
  unsigned to_bytes = 0;
  unsigned margin_bytes = 0; ///< of the receiving end
};

/// Runs one kernel. Implemented by templates in the user's translation unit.
class KernelBody {
public:
  virtual ~KernelBody() = default;
  virtual void construct() = 0;                        ///< creates the kernel object, if it has one
  virtual void run(PortRuntime* const* arguments) = 0; ///< one firing
  virtual bool is_debugged() const = 0;                ///< compiled with TILEWRIGHT_ADF_DEBUG
};

struct KernelParameter {
  std::string name;
  std::size_t bytes = 0;
  std::vector<MemoryPlace> places;
};

struct Kernel {
  std::string name; ///< function or class, as written in the source
  std::string source;
  std::vector<std::string> headers;
  std::string initialization_function;
  std::unique_ptr<KernelBody> body;
  void* library = nullptr;     ///< the copy of the program that `body` belongs to; null: the program itself
  std::vector<int> ports;      ///< in argument order
  int bypass_control = -1;     ///< port of the parameter by which firings are skipped
  bool bypass_negated = false; ///< 0 skips instead of 1
  double runtime_ratio = 0;
  int stack_bytes = 1024; ///< defaults of the AI Engine compiler [UG1076]
  int heap_bytes = 1024;
  int repetition_count = 0; ///< 0: from the buffer sizes
  bool placed = false;
  int column = -1;
  int row = -1;
  std::vector<MemoryPlace> stack_places;
  std::vector<KernelParameter> parameters;
};

struct SharedBuffer {
  ElementType element;
  Dimensions dimension;
  std::vector<int> in;
  std::vector<int> out;
  int num_buffers = 1;
  int repetition_count = 0;
  std::vector<MemoryPlace> places;
};

struct Plio {
  std::string name;
  std::string file;
  int bits = 32;
  bool hexadecimal = false;
  double megahertz = 0;
  Direction direction = Direction::in; ///< in: from the outside into the array
  int port = -1;
  int column = -1;
};

/// Host memory as a source or sink: GMIO (linear, the address comes with every transfer) or an external buffer.
struct HostMemory {
  std::string name;
  ElementType element{ElementKind::opaque, 1};
  Dimensions dimension; ///< empty for GMIO
  std::vector<int> in, out;
  void* address = nullptr;
};

/// pktsplit: one input, packets go to the output that their ID names. pktmerge: several inputs, one output.
struct PacketSwitch {
  std::vector<int> in, out;
  bool ordered = false; ///< the inputs take strict turns
};

/// A graph object and where its construction began: everything created from then on is its own, until the next graph
/// that is not part of it begins.
struct GraphObject {
  int first_port = 0;
  bool controlled = false; ///< init(), run() or end() was called on it, so it is nobody's subgraph
};

struct Design {
  const Device* device = nullptr;
  std::deque<Port> ports; // deques: the public classes hand out references to fields
  std::deque<Connection> connections;
  std::deque<Kernel> kernels;
  std::deque<SharedBuffer> shared_buffers;
  std::deque<Plio> plios;
  std::deque<HostMemory> host_memories;
  std::deque<PacketSwitch> packet_switches;
  std::vector<GraphObject> graphs;
  std::vector<std::unique_ptr<Design>>
      tile_copies; ///< of the program for tiles; objects of a copy refer to its records
};

/// The design that objects are created in: that of this process, see also tile_copies.hpp.
Design& design();
/// Makes `other` the design that objects are created in; returns the one before.
Design* swap_design(Design* other);

int add_port(const Port& port);
int add_connection(int from, int to, Transport transport);
/// A kernel with one port per entry of `arguments`, in that order.
int add_kernel(const char* name, std::unique_ptr<KernelBody> body, std::vector<Port> arguments,
               std::vector<KernelParameter> parameters);
/// The port that controls the bypass of a kernel.
int add_bypass(int kernel);
int add_shared_buffer(ElementType element, const Dimensions& dimension, std::uint32_t inputs, std::uint32_t outputs);
int add_plio(Direction direction, std::string name, int bits, std::string file, double megahertz, bool hexadecimal);

// Accessors, so that user code does not instantiate the containers.
Port& port_record(int port);
Connection& connection_record(int connection);
Kernel& kernel_record(int kernel);
SharedBuffer& shared_buffer_record(int buffer);
Plio& plio_record(int plio);
HostMemory& host_memory_record(int memory);
int add_host_memory(PortOwner kind, std::string name, ElementType element, const Dimensions& dimension,
                    std::uint32_t inputs, std::uint32_t outputs);
PacketSwitch& packet_switch_record(int index);
int add_packet_switch(std::uint32_t inputs, std::uint32_t outputs);
void set_tilings(int port, const Tiling* tilings, std::size_t count);

} // namespace tilewright::adf
