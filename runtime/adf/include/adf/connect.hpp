// connect<>: nets between ports, and what can be said about them.
#pragma once

#include <initializer_list>

#include "kernel.hpp"
#include "port.hpp"

namespace adf {

/// Tags of connect<>; without one the type follows from the ports.
struct stream {};
struct cascade {};
struct pktstream {};
template <unsigned Bytes, unsigned Margin = 0> struct window {};

namespace detail {
template <typename Tag> struct TransportOf { static constexpr auto value = tilewright::adf::Transport::none; };
template <> struct TransportOf<stream> { static constexpr auto value = tilewright::adf::Transport::stream; };
template <> struct TransportOf<cascade> { static constexpr auto value = tilewright::adf::Transport::cascade; };
template <> struct TransportOf<pktstream> { static constexpr auto value = tilewright::adf::Transport::packet_stream; };
template <> struct TransportOf<parameter> { static constexpr auto value = tilewright::adf::Transport::parameter; };

/// What connect<window<bytes, margin>> says of the buffer at one end; 0 for other tags.
template <typename Tag> struct WindowSize {
  static constexpr unsigned bytes = 0;
  static constexpr unsigned margin = 0;
};
template <unsigned Bytes, unsigned Margin> struct WindowSize<window<Bytes, Margin>> {
  static constexpr unsigned bytes = Bytes;
  static constexpr unsigned margin = Margin;
};

void attach_parameter(parameter& table, const kernel& user);
} // namespace detail

/// A net from one port to another. An output may drive several nets: every consumer receives everything.
template <typename From = void, typename To = From> class connect {
public:
  connect() = default;
  connect(const detail::PortHandle& from, const detail::PortHandle& to)
      : id(tilewright::adf::add_connection(from.id, to.id, detail::TransportOf<From>::value)) {
    tilewright::adf::Connection& net = tilewright::adf::connection_record(id);
    net.from_bytes = detail::WindowSize<From>::bytes;
    net.to_bytes = detail::WindowSize<To>::bytes;
    net.margin_bytes = detail::WindowSize<To>::margin;
  }
  /// A graph-scoped array used by a kernel: nothing flows, but it takes room in the kernel's data memory.
  connect(parameter& table, const kernel& user) { detail::attach_parameter(table, user); }

  int id = -1;
};
template <typename A, typename B> connect(const A&, const B&) -> connect<>;

/// Depth of the stream's FIFO in words; accepted, the emulator's queues have no fixed depth.
template <typename From, typename To> int& fifo_depth(const connect<From, To>& net) {
  return tilewright::adf::connection_record(net.id).fifo_depth;
}

namespace detail {
class DimensionSetter {
public:
  explicit DimensionSetter(tilewright::adf::Port& port) : port_(port) {}
  void operator=(std::initializer_list<std::uint32_t> sizes) { set(sizes); }
  void operator=(const std::vector<std::uint32_t>& sizes) { set(sizes); }

private:
  template <typename Sizes> void set(const Sizes& sizes) {
    port_.elements = 1;
    for (const std::uint32_t size : sizes)
      port_.elements *= size;
  }
  tilewright::adf::Port& port_;
};
} // namespace detail

/// Size of a kernel's buffer per firing, elements per dimension.
template <typename Dir> detail::DimensionSetter dimensions(port<Dir>& p) { return detail::DimensionSetter(p.record()); }

/// One copy of a buffer or parameter instead of ping and pong.
template <typename Dir> void single_buffer(port<Dir>& p) { p.record().single_buffer = true; }

} // namespace adf
