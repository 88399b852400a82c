// Buffers as kernel arguments: input_buffer<T>&, output_buffer<T>& and their relatives.
//
// A buffer's size is its extents or, if those are inherited, dimensions() in the graph; units are elements.
#pragma once

#include <cstddef>

#include "../adf_engine/port_runtime.hpp"
#include "direction.hpp"

namespace adf {

inline constexpr unsigned inherited_extent = 0xffffffffu;
inline constexpr unsigned inherited_margin = 0xffffffffu;

struct addressing {
  struct linear {};
  struct circular {};
};

struct locking {
  struct sync {};
  struct async {};
};

/// Size of a buffer, dimension 0 first. Empty or inherited_extent: given by dimensions() in the graph.
template <unsigned... Dimensions> struct extents {
  static constexpr bool inherited() { return sizeof...(Dimensions) == 0 || ((Dimensions == inherited_extent) || ...); }
  static constexpr unsigned size() { return inherited() ? 0u : (1u * ... * Dimensions); }
  static constexpr unsigned rank() { return sizeof...(Dimensions); }
};

/// Elements of the previous buffer that stay in front of the new ones.
template <unsigned Elements> struct margin { static constexpr unsigned value = Elements; };

template <typename Dimensions, typename Locking, typename Addressing, typename Margin> struct io_buffer_config {
  using dims_type = Dimensions;
  using locking_mode = Locking;
  using addressing_mode = Addressing;
  static constexpr unsigned _margin = Margin::value;
};

template <typename T, typename Dir, typename Config> class io_buffer {
public:
  using value_type = T;
  using direction_type = Dir;
  using config_type = Config;

  explicit io_buffer(tilewright::adf::PortRuntime* port) : port_(port) {}
  io_buffer(const io_buffer&) = delete;
  io_buffer& operator=(const io_buffer&) = delete;

  /// First element; with a margin, the first element of the margin.
  T* data() { return static_cast<T*>(port_->data); }
  const T* data() const { return static_cast<const T*>(port_->data); }
  /// Start of the storage; differs from data() for circular addressing only.
  T* base() { return static_cast<T*>(port_->base); }
  const T* base() const { return static_cast<const T*>(port_->base); }

  unsigned size() const { return static_cast<unsigned>(port_->elements); }
  unsigned size_incl_margin() const { return static_cast<unsigned>(port_->elements + port_->margin); }

  /// Asynchronous buffers only: wait for the buffer, give it back. May be called several times in one firing.
  void acquire() {
    static_assert(is_async, "acquire() needs an asynchronous buffer");
    tilewright::adf::acquire_buffer(*port_);
  }
  void release() {
    static_assert(is_async, "release() needs an asynchronous buffer");
    tilewright::adf::release_buffer(*port_);
  }

private:
  template <typename X, typename Y> struct same { static constexpr bool value = false; };
  template <typename X> struct same<X, X> { static constexpr bool value = true; };
  static constexpr bool is_async = same<typename Config::locking_mode, locking::async>::value;

  tilewright::adf::PortRuntime* port_;
};

template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using input_buffer = io_buffer<T, direction::in, io_buffer_config<Dims, locking::sync, addressing::linear, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using output_buffer = io_buffer<T, direction::out, io_buffer_config<Dims, locking::sync, addressing::linear, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using inout_buffer = io_buffer<T, direction::inout, io_buffer_config<Dims, locking::sync, addressing::linear, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using input_async_buffer =
    io_buffer<T, direction::in, io_buffer_config<Dims, locking::async, addressing::linear, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using output_async_buffer =
    io_buffer<T, direction::out, io_buffer_config<Dims, locking::async, addressing::linear, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using input_circular_buffer =
    io_buffer<T, direction::in, io_buffer_config<Dims, locking::sync, addressing::circular, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using output_circular_buffer =
    io_buffer<T, direction::out, io_buffer_config<Dims, locking::sync, addressing::circular, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using input_async_circular_buffer =
    io_buffer<T, direction::in, io_buffer_config<Dims, locking::async, addressing::circular, Margin>>;
template <typename T, typename Dims = extents<>, typename Margin = margin<0>>
using output_async_circular_buffer =
    io_buffer<T, direction::out, io_buffer_config<Dims, locking::async, addressing::circular, Margin>>;

} // namespace adf
