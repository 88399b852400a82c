// shared_buffer<T>: a buffer in a memory tile, filled through in[] and read through out[] by access patterns.
#pragma once

#include <initializer_list>

#include "port.hpp"

namespace adf {

using traversing_parameters = tilewright::adf::TileTraversal;

/// Fields in the documented order, so that designated initialisers work. Units: elements; dimension 0 is the fastest.
using tiling_parameters = tilewright::adf::Tiling;

/// The access pattern of early releases. Programs may still define one; nothing takes it.
struct buffer_descriptor {
  buffer_descriptor(int, int, std::initializer_list<int>, std::initializer_list<int>) {}
};

inline tiling_parameters tiling(const tiling_parameters& parameters) { return parameters; }

template <typename T> class shared_buffer {
public:
  std::vector<port<direction::in>> in;
  std::vector<port<direction::out>> out;
  int id = -1;

  shared_buffer() = default;

  /// `dimension` in elements, dimension 0 first.
  static shared_buffer create(const tilewright::adf::Dimensions& dimension, std::uint32_t inputs,
                              std::uint32_t outputs) {
    shared_buffer result;
    result.id = tilewright::adf::add_shared_buffer(tilewright::adf::element_type<T>(), dimension, inputs, outputs);
    for (const int port : result.record().in)
      result.in.emplace_back(port);
    for (const int port : result.record().out)
      result.out.emplace_back(port);
    return result;
  }

  tilewright::adf::SharedBuffer& record() const { return tilewright::adf::shared_buffer_record(id); }
};

/// Copies of the buffer: 2 lets the next fill overlap the reading of this one.
template <typename T> int& num_buffers(shared_buffer<T>& buffer) { return buffer.record().num_buffers; }
template <typename T> int& repetition_count(shared_buffer<T>& buffer) { return buffer.record().repetition_count; }

namespace detail {
/// Left side of read_access(port) = ..., one pattern or a list that is run through in order.
class AccessSetter {
public:
  explicit AccessSetter(int port) : port_(port) {}
  void operator=(const tiling_parameters& pattern) { tilewright::adf::set_tilings(port_, &pattern, 1); }
  void operator=(std::initializer_list<tiling_parameters> patterns) {
    tilewright::adf::set_tilings(port_, patterns.begin(), patterns.size());
  }
  void operator=(const std::vector<tiling_parameters>& patterns) {
    tilewright::adf::set_tilings(port_, patterns.data(), patterns.size());
  }

private:
  int port_;
};
} // namespace detail

/// How a port reads a buffer: outputs of shared buffers and of kernels.
template <typename Dir> detail::AccessSetter read_access(port<Dir>& p) { return detail::AccessSetter(p.id); }
/// How a port writes a buffer: inputs of shared buffers and of kernels.
template <typename Dir> detail::AccessSetter write_access(port<Dir>& p) { return detail::AccessSetter(p.id); }

} // namespace adf
