// Windows, the buffers of older kernels: input_window<T>*, output_window<T>*, with a current position that wraps
// around.
//
// Sizes come from connect<window<bytes, margin>>, in bytes as there. An input with a margin begins with what the
// previous window ended with; the position starts at the margin [UG1079 window-based access]. Vectors:
// aie_api/window_access.hpp.
#pragma once

#include "kernel_arguments.hpp"
#include "scalar_types.hpp"

namespace tilewright::adf {

/// Both directions: the storage is a circle of `size` elements from `head`, `ptr` the current position.
template <typename T> struct Window {
  using value_type = T;
  PortRuntime* port = nullptr;
  T* ptr = nullptr;
  T* head = nullptr;
  unsigned size = 0; ///< elements, margin included
};

template <typename T> void move_window(Window<T>& window, int elements) {
  const int size = static_cast<int>(window.size);
  const int position = (static_cast<int>(window.ptr - window.head) + elements) % size;
  window.ptr = window.head + (position < 0 ? position + size : position);
}

} // namespace tilewright::adf

template <typename T> struct input_window : tilewright::adf::Window<T> {};
template <typename T> struct output_window : tilewright::adf::Window<T> {};

template <typename T> void window_incr(input_window<T>* window, int elements) {
  tilewright::adf::move_window(*window, elements);
}
template <typename T> void window_incr(output_window<T>* window, int elements) {
  tilewright::adf::move_window(*window, elements);
}
template <typename T> void window_decr(input_window<T>* window, int elements) { window_incr(window, -elements); }
template <typename T> void window_decr(output_window<T>* window, int elements) { window_incr(window, -elements); }

template <typename T> T window_read(input_window<T>* window) { return *window->ptr; }
template <typename T> T window_readincr(input_window<T>* window) {
  const T value = *window->ptr;
  window_incr(window, 1);
  return value;
}
template <typename T> T window_readdecr(input_window<T>* window) {
  const T value = *window->ptr;
  window_decr(window, 1);
  return value;
}
template <typename T> void window_read(input_window<T>* window, T& value) { value = window_read(window); }
template <typename T> void window_readincr(input_window<T>* window, T& value) { value = window_readincr(window); }
template <typename T> void window_readdecr(input_window<T>* window, T& value) { value = window_readdecr(window); }

template <typename T> void window_write(output_window<T>* window, typename tilewright::adf::Identity<T>::type value) {
  *window->ptr = value;
}
template <typename T>
void window_writeincr(output_window<T>* window, typename tilewright::adf::Identity<T>::type value) {
  *window->ptr = value;
  window_incr(window, 1);
}
template <typename T>
void window_writedecr(output_window<T>* window, typename tilewright::adf::Identity<T>::type value) {
  *window->ptr = value;
  window_decr(window, 1);
}

/// Elements of a window, its margin not included.
template <typename T> unsigned window_size(input_window<T>* window) {
  return static_cast<unsigned>(window->port->elements);
}
template <typename T> unsigned window_size(output_window<T>* window) {
  return static_cast<unsigned>(window->port->elements);
}

/// Asynchronous windows: wait for one, give it back.
template <typename T> void window_acquire(input_window<T>* window) {
  tilewright::adf::acquire_buffer(*window->port);
  window->ptr = window->head;
}
template <typename T> void window_acquire(output_window<T>* window) { window->ptr = window->head; }
template <typename T> void window_release(input_window<T>*) {}
template <typename T> void window_release(output_window<T>* window) { tilewright::adf::release_buffer(*window->port); }

using input_window_int8 = input_window<int8>;
using input_window_uint8 = input_window<uint8>;
using input_window_int16 = input_window<int16>;
using input_window_uint16 = input_window<uint16>;
using input_window_int32 = input_window<int32>;
using input_window_uint32 = input_window<uint32>;
using input_window_int64 = input_window<int64>;
using input_window_cint16 = input_window<cint16>;
using input_window_cint32 = input_window<cint32>;
using input_window_float = input_window<float>;
using input_window_bfloat16 = input_window<bfloat16>;
using input_window_cfloat = input_window<cfloat>;
using output_window_int8 = output_window<int8>;
using output_window_uint8 = output_window<uint8>;
using output_window_int16 = output_window<int16>;
using output_window_uint16 = output_window<uint16>;
using output_window_int32 = output_window<int32>;
using output_window_uint32 = output_window<uint32>;
using output_window_int64 = output_window<int64>;
using output_window_cint16 = output_window<cint16>;
using output_window_cint32 = output_window<cint32>;
using output_window_float = output_window<float>;
using output_window_bfloat16 = output_window<bfloat16>;
using output_window_cfloat = output_window<cfloat>;

namespace adf {

using ::input_window;
using ::output_window;

namespace detail {

template <typename Window, tilewright::adf::Direction Dir> struct WindowArgument {
  using Element = typename Window::value_type;
  static tilewright::adf::Port describe() {
    tilewright::adf::Port port;
    port.direction = Dir;
    port.transport = tilewright::adf::Transport::buffer;
    port.element = tilewright::adf::element_type<Element>();
    return port;
  }
  struct Holder {
    Window window;
    explicit Holder(tilewright::adf::PortRuntime* p) {
      window.port = p;
      window.head = window.ptr = static_cast<Element*>(p->data);
      window.size = static_cast<unsigned>(p->elements + p->margin);
    }
    Window* get() { return &window; }
  };
};
template <typename T>
struct ArgumentTraits<input_window<T>*> : WindowArgument<input_window<T>, tilewright::adf::Direction::in> {};
template <typename T>
struct ArgumentTraits<output_window<T>*> : WindowArgument<output_window<T>, tilewright::adf::Direction::out> {};

} // namespace detail
} // namespace adf
