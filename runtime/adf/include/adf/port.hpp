// Ports: members of graphs, and the in[], out[] of kernels, PLIO and shared buffers.
#pragma once

#include <type_traits>

#include "../adf_engine/design.hpp"
#include "direction.hpp"

namespace adf {

namespace detail {

/// What every port class is underneath: the index of a record in the design.
struct PortHandle {
  int id = -1;
  tilewright::adf::Port& record() const { return tilewright::adf::port_record(id); }
};

template <typename Dir> constexpr tilewright::adf::Direction direction_value() {
  return std::is_same_v<Dir, direction::in>    ? tilewright::adf::Direction::in
         : std::is_same_v<Dir, direction::out> ? tilewright::adf::Direction::out
                                               : tilewright::adf::Direction::inout;
}

} // namespace detail

/// A port of a graph when default constructed: it passes a connection on between the graph and what is outside of it.
template <typename Dir> class port : public detail::PortHandle {
public:
  port() {
    tilewright::adf::Port record;
    record.direction = detail::direction_value<Dir>();
    id = tilewright::adf::add_port(record);
  }
  explicit port(int existing) : PortHandle{existing} {}
};

using input_port = port<direction::in>;
using output_port = port<direction::out>;
using inout_port = port<direction::inout>;

/// A parameter port whose last value sticks: the kernel waits for the first update only.
struct async_port : detail::PortHandle {};
template <typename Dir> async_port async(port<Dir>& p) {
  p.record().asynchronous = true;
  async_port result;
  result.id = p.id;
  return result;
}
/// A parameter port that takes one update per firing, the default for inputs, or gives one value per firing to the
/// host.
template <typename Dir> async_port sync(port<Dir>& p) {
  p.record().asynchronous = false;
  p.record().synchronous = true;
  async_port result;
  result.id = p.id;
  return result;
}

} // namespace adf
