// Vectors from and to windows. A vector at the end of a window continues at its beginning.
#pragma once

#include "../adf/window.hpp"
#include "load_store.hpp"

namespace aie::detail {

/// Calls copy(elements of the vector, place in the window, count) for the one or two stretches a vector covers.
template <typename T, typename Copy>
void for_window_stretches(const tilewright::adf::Window<T>& window, unsigned elements, Copy copy) {
  const unsigned left = static_cast<unsigned>(window.head + window.size - window.ptr);
  const unsigned first = elements < left ? elements : left;
  copy(0u, window.ptr, first);
  if (first < elements) copy(first, window.head, elements - first);
}

} // namespace aie::detail

template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
aie::vector<T, Elems> window_read_v(input_window<T>* window) {
  aie::vector<T, Elems> value;
  aie::detail::for_window_stretches(*window, Elems, [&](unsigned from, const T* place, unsigned count) {
    std::memcpy(static_cast<void*>(value.data() + from), place, count * sizeof(T));
  });
  return value;
}
template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
aie::vector<T, Elems> window_readincr_v(input_window<T>* window) {
  const aie::vector<T, Elems> value = window_read_v<Elems>(window);
  window_incr(window, Elems);
  return value;
}
template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
aie::vector<T, Elems> window_readdecr_v(input_window<T>* window) {
  const aie::vector<T, Elems> value = window_read_v<Elems>(window);
  window_decr(window, Elems);
  return value;
}
template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
void window_readincr_v(input_window<T>* window, aie::vector<T, Elems>& value) {
  value = window_readincr_v<Elems>(window);
}

template <aie_dm_resource Resource = aie_dm_resource::none, typename T, unsigned Elems>
void window_write(output_window<T>* window, const aie::vector<T, Elems>& value) {
  aie::detail::for_window_stretches(*window, Elems, [&](unsigned from, T* place, unsigned count) {
    std::memcpy(static_cast<void*>(place), value.data() + from, count * sizeof(T));
  });
}
template <aie_dm_resource Resource = aie_dm_resource::none, typename T, unsigned Elems>
void window_writeincr(output_window<T>* window, const aie::vector<T, Elems>& value) {
  window_write(window, value);
  window_incr(window, Elems);
}

template <typename T> auto window_read_v4(input_window<T>* window) { return window_read_v<4>(window); }
template <typename T> auto window_read_v8(input_window<T>* window) { return window_read_v<8>(window); }
template <typename T> auto window_read_v16(input_window<T>* window) { return window_read_v<16>(window); }
template <typename T> auto window_read_v32(input_window<T>* window) { return window_read_v<32>(window); }
template <typename T> auto window_readincr_v4(input_window<T>* window) { return window_readincr_v<4>(window); }
template <typename T> auto window_readincr_v8(input_window<T>* window) { return window_readincr_v<8>(window); }
template <typename T> auto window_readincr_v16(input_window<T>* window) { return window_readincr_v<16>(window); }
template <typename T> auto window_readincr_v32(input_window<T>* window) { return window_readincr_v<32>(window); }
template <typename T> auto window_readincr_v64(input_window<T>* window) { return window_readincr_v<64>(window); }
