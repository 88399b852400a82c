// Placement and properties of kernels and buffers: location<>, runtime<>, source and the like.
#pragma once

#include <initializer_list>

#include "connect.hpp"
#include "host_memory.hpp"
#include "kernel.hpp"
#include "plio.hpp"
#include "shared_buffer.hpp"
#include "simulation_platform.hpp"
#include "unused_constraints.hpp"

namespace adf {

// Left of a location constraint: what is placed.
struct buffer {};
struct stack {};
struct dma {};
struct interconnect {};
class graph;

enum tile_type { aie_tile, shim_tile, memory_tile };

/// A compute tile; both numbers start at 0 in the lower left corner of the array of compute tiles.
struct tile {
  int column;
  int row;
  constexpr tile(int c, int r) : column(c), row(r) {}
  /// Rows counted from the lowest tile of the type.
  constexpr tile(tile_type, int c, int r) : column(c), row(r) {}
};

namespace detail {
using tilewright::adf::MemoryPlace;
}

/// One of the four 16 KiB banks of a tile.
struct bank : detail::MemoryPlace {
  constexpr bank(int c, int r, int b) : MemoryPlace{c, r, b, -1} {}
};
/// A byte offset into a tile's data memory, or into a memory tile.
struct address : detail::MemoryPlace {
  constexpr address(int c, int r, long long byte_offset) : MemoryPlace{c, r, -1, byte_offset} {}
};
/// A byte offset in the tile that was given before.
struct offset {
  long long bytes;
  constexpr explicit offset(long long byte_offset) : bytes(byte_offset) {}
};
/// An interface tile and, optionally, its channel.
struct shim {
  int column;
  int channel;
  constexpr explicit shim(int c, int ch = -1) : column(c), channel(ch) {}
};

/// A place counted from another object's: location<buffer>(b) = location<buffer>(a) + relative_offset({...}).
struct relative_coordinate {
  int col_offset = 0;
  int row_offset = 0;
};
inline relative_coordinate relative_offset(const relative_coordinate& offset) { return offset; }

/// A DMA channel; accepted, the emulator assigns no channels by number.
struct dma_channel {
  constexpr dma_channel(tile_type, int, int, int) {}
};
/// FIFOs of a net, in data memory or in stream switches; accepted, the emulator's queues have no fixed depth.
struct fifo {};
namespace detail {
struct FifoPlace {};
} // namespace detail
struct dma_fifo : detail::FifoPlace {
  constexpr dma_fifo() = default;
  template <typename... Place> constexpr dma_fifo(tile_type, Place...) {}
};
struct ss_fifo : detail::FifoPlace {
  constexpr ss_fifo() = default;
  template <typename... Place> constexpr ss_fifo(tile_type, Place...) {}
};
struct group {
  tile_type kind;
  int column_min, row_min, column_max, row_max;
};
struct area_group {
  area_group(std::initializer_list<group>, bool = false, bool = false, bool = false) {}
};
/// A channel of a stream switch.
enum ss_channel_dir { ss_east, ss_west, ss_north, ss_south };
struct channel {
  constexpr channel(int, int, int, ss_channel_dir) {}
  constexpr channel(int, int, ss_channel_dir) {}
};
/// Where functions lie in program memory.
struct program_memory {
  explicit program_memory(const std::vector<std::string>&) {}
};
struct bounding_box {
  constexpr bounding_box(int, int, int, int) {}
};

class location_constraint;

namespace detail {

/// Left side of location<...>(...) = ...; whichever of the targets applies is set.
class LocationSetter {
public:
  explicit LocationSetter(tilewright::adf::Kernel* kernel_record, std::vector<MemoryPlace>* places)
      : kernel_(kernel_record), places_(places) {}
  LocationSetter(const LocationSetter&) = default;
  LocationSetter operator+(const relative_coordinate& offset) const {
    LocationSetter moved = *this;
    moved.offset_ = offset;
    return moved;
  }

  void operator=(const tile& t);
  void operator=(const MemoryPlace& place) { *this = {place}; }
  void operator=(std::initializer_list<MemoryPlace> list);
  /// In the same tile as another object, or at an offset from it; nothing if that object has no place:
  /// location<buffer>(...) = location<kernel>(k).
  void operator=(const LocationSetter& other);
  void operator=(const location_constraint& place);
  void operator=(const offset& place);
  void operator=(const shim&) {}
  void operator=(const dma_channel&) {}
  void operator=(const area_group&) {}
  void operator=(const bounding_box&) {}
  void operator=(std::initializer_list<bounding_box>) {}
  void operator=(const channel&) {}
  void operator=(const program_memory&) {}
  void operator=(const FifoPlace&) {}
  void operator=(std::initializer_list<FifoPlace>) {}

private:
  tilewright::adf::Kernel* kernel_;
  std::vector<MemoryPlace>* places_;
  relative_coordinate offset_;
};

} // namespace detail

/// A place that has a name: of a tile, a bank or an address, or that of an object.
class location_constraint {
public:
  location_constraint(const tile& t) : is_tile_(true), place_{t.column, t.row} {}
  location_constraint(const detail::MemoryPlace& place) : place_(place) {}
  location_constraint(const detail::LocationSetter& object) : object_(object), is_object_(true) {}
  location_constraint operator+(const relative_coordinate& offset) const {
    if (is_object_) return location_constraint(object_ + offset);
    location_constraint moved = *this;
    moved.place_.column += offset.col_offset;
    moved.place_.row += offset.row_offset;
    return moved;
  }

private:
  friend class detail::LocationSetter;
  detail::LocationSetter object_{nullptr, nullptr};
  bool is_object_ = false;
  bool is_tile_ = false;
  detail::MemoryPlace place_;
};

/// location<kernel>(k) = tile(c, r); location<stack>(k) = bank(c, r, b).
template <typename What> detail::LocationSetter location(kernel& k) {
  if constexpr (std::is_same_v<What, stack>)
    return detail::LocationSetter(&k.record(), &k.record().stack_places);
  else
    return detail::LocationSetter(&k.record(), nullptr);
}
/// location<buffer>(k.in[0]) = bank(c, r, b), or {bank, bank} for ping and pong.
template <typename What, typename Dir> detail::LocationSetter location(port<Dir>& p) {
  return detail::LocationSetter(nullptr, std::is_same_v<What, buffer> ? &p.record().places : nullptr);
}
template <typename What, typename T> detail::LocationSetter location(shared_buffer<T>& b) {
  return detail::LocationSetter(nullptr, &b.record().places);
}
template <typename What> detail::LocationSetter location(parameter& p) {
  if (p.kernel < 0) return detail::LocationSetter(nullptr, nullptr);
  tilewright::adf::Kernel& owner = tilewright::adf::kernel_record(p.kernel);
  return detail::LocationSetter(nullptr, &owner.parameters[static_cast<std::size_t>(p.index)].places);
}
template <typename What> detail::LocationSetter location(input_plio&) {
  return detail::LocationSetter(nullptr, nullptr);
}
template <typename What> detail::LocationSetter location(output_plio&) {
  return detail::LocationSetter(nullptr, nullptr);
}
template <typename What> detail::LocationSetter location(input_gmio&) {
  return detail::LocationSetter(nullptr, nullptr);
}
template <typename What> detail::LocationSetter location(output_gmio&) {
  return detail::LocationSetter(nullptr, nullptr);
}
template <typename What, typename From, typename To> detail::LocationSetter location(connect<From, To>&) {
  return detail::LocationSetter(nullptr, nullptr);
}
template <typename What> detail::LocationSetter location(graph&) { return detail::LocationSetter(nullptr, nullptr); }

/// runtime<ratio>(k): the share of its core that the kernel needs, 0 to 1.
struct ratio {};
template <typename What = ratio> double& runtime(kernel& k) {
  static_assert(std::is_same_v<What, ratio>, "runtime<ratio> is the only property of this kind");
  return k.record().runtime_ratio;
}

/// A graph's place that others repeat; accepted, the emulator places nothing by itself.
inline const detail::LocationSetter& stamp(const detail::LocationSetter& place) { return place; }

/// Objects that the compiler must not put into one place; accepted, the emulator places nothing by itself.
template <typename A, typename B> void not_equal(const A&, const B&) {}

inline std::string& source(kernel& k) { return k.record().source; }
inline std::vector<std::string>& headers(kernel& k) { return k.record().headers; }
inline std::string& initialization_function(kernel& k) { return k.record().initialization_function; }
inline int& stack_size(kernel& k) { return k.record().stack_bytes; }            ///< bytes
inline int& heap_size(kernel& k) { return k.record().heap_bytes; }              ///< bytes
inline int& repetition_count(kernel& k) { return k.record().repetition_count; } ///< firings per graph iteration

/// Elements that a stream moves in one firing: streams with it take part in the balance of firings.
template <typename Dir> std::uint32_t& samples_per_iteration(port<Dir>& p) { return p.record().samples_per_iteration; }

} // namespace adf

using adf::ratio; // Graphs that do not open the namespace write adf::runtime<ratio>(k).
