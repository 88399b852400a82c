// From a kernel's C++ signature to its ports: one port per argument, in argument order.
//
// Buffers, streams and cascades by their types; a by-value scalar or const array reference is a runtime parameter
// input, a non-const reference one that the kernel may write (inout) [UG1603 kernels].
#pragma once

#include <cstddef>

#include "../adf_engine/design.hpp"
#include "io_buffer.hpp"
#include "port.hpp"
#include "stream.hpp"

namespace adf::detail {

/// Specialised per kind of argument: describe() gives the port, Holder lives for one firing and converts to the
/// argument.
template <typename Argument> struct ArgumentTraits {
  static_assert(std::is_arithmetic_v<Argument> || std::is_class_v<Argument>,
                "kernel argument: neither a buffer, stream or cascade nor a runtime parameter");
  static tilewright::adf::Port describe() {
    tilewright::adf::Port port;
    port.transport = tilewright::adf::Transport::parameter;
    port.element = tilewright::adf::element_type<Argument>();
    port.elements = 1;
    return port;
  }
  struct Holder {
    tilewright::adf::PortRuntime* port;
    explicit Holder(tilewright::adf::PortRuntime* p) : port(p) {}
    Argument get() { return *static_cast<const Argument*>(port->data); }
  };
};
template <typename T> struct ArgumentTraits<const T> : ArgumentTraits<T> {};

template <typename T> struct ReferenceParameter {
  static tilewright::adf::Port describe() {
    tilewright::adf::Port port;
    using Element = std::remove_all_extents_t<T>;
    port.direction = std::is_const_v<std::remove_all_extents_t<T>> ? tilewright::adf::Direction::in
                                                                   : tilewright::adf::Direction::inout;
    port.transport = tilewright::adf::Transport::parameter;
    port.element = tilewright::adf::element_type<Element>();
    port.elements = sizeof(T) / sizeof(Element);
    port.array_parameter = std::is_array_v<T>;
    return port;
  }
  struct Holder {
    tilewright::adf::PortRuntime* port;
    explicit Holder(tilewright::adf::PortRuntime* p) : port(p) {}
    T& get() { return *static_cast<T*>(port->data); }
  };
};
template <typename T> struct ArgumentTraits<T&> : ReferenceParameter<T> {};

template <typename T, typename Dir, typename Config> struct ArgumentTraits<io_buffer<T, Dir, Config>&> {
  static tilewright::adf::Port describe() {
    tilewright::adf::Port port;
    port.direction = direction_value<Dir>();
    port.transport = tilewright::adf::Transport::buffer;
    port.element = tilewright::adf::element_type<T>();
    port.elements = Config::dims_type::size();
    port.margin = Config::_margin == inherited_margin ? 0 : Config::_margin;
    port.asynchronous = std::is_same_v<typename Config::locking_mode, locking::async>;
    return port;
  }
  struct Holder {
    io_buffer<T, Dir, Config> buffer;
    explicit Holder(tilewright::adf::PortRuntime* p) : buffer(p) {}
    io_buffer<T, Dir, Config>& get() { return buffer; }
  };
};

template <typename Stream, tilewright::adf::Direction Dir, tilewright::adf::Transport Kind> struct StreamArgument {
  static tilewright::adf::Port describe() {
    tilewright::adf::Port port;
    port.direction = Dir;
    port.transport = Kind;
    if constexpr (Kind == tilewright::adf::Transport::cascade)
      port.element = {tilewright::adf::ElementKind::opaque, 64};
    else
      port.element = tilewright::adf::element_type<typename Stream::value_type>();
    port.elements = 0;
    return port;
  }
  struct Holder {
    Stream stream;
    explicit Holder(tilewright::adf::PortRuntime* p) : stream{p} {}
    Stream* get() { return &stream; }
  };
};
template <typename T>
struct ArgumentTraits<input_stream<T>*>
    : StreamArgument<input_stream<T>, tilewright::adf::Direction::in, tilewright::adf::Transport::stream> {};
template <typename T>
struct ArgumentTraits<output_stream<T>*>
    : StreamArgument<output_stream<T>, tilewright::adf::Direction::out, tilewright::adf::Transport::stream> {};
template <typename T>
struct ArgumentTraits<input_cascade<T>*>
    : StreamArgument<input_cascade<T>, tilewright::adf::Direction::in, tilewright::adf::Transport::cascade> {};
template <typename T>
struct ArgumentTraits<output_cascade<T>*>
    : StreamArgument<output_cascade<T>, tilewright::adf::Direction::out, tilewright::adf::Transport::cascade> {};

} // namespace adf::detail
