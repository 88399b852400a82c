// Iterators over a kernel's buffers.
#pragma once

#include "../adf/io_buffer.hpp"
#include "iterator.hpp"

namespace aie {

namespace detail {
template <typename Config> constexpr void require_linear() {
  static_assert(std::is_same_v<typename Config::addressing_mode, adf::addressing::linear>,
                "this iterator needs a buffer with linear addressing");
}
} // namespace detail

template <aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin(adf::io_buffer<T, D, C>& buffer) {
  detail::require_linear<C>();
  return buffer.data();
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto cbegin(const adf::io_buffer<T, D, C>& buffer) {
  detail::require_linear<C>();
  return buffer.data();
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_vector(adf::io_buffer<T, D, C>& buffer) {
  detail::require_linear<C>();
  return begin_vector<Elems>(buffer.data());
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_vector(const adf::io_buffer<T, D, C>& buffer) {
  detail::require_linear<C>();
  return begin_vector<Elems>(buffer.data());
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto cbegin_vector(const adf::io_buffer<T, D, C>& buffer) {
  detail::require_linear<C>();
  return cbegin_vector<Elems>(buffer.data());
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_restrict_vector(adf::io_buffer<T, D, C>& buffer) {
  return begin_vector<Elems>(buffer);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_restrict_vector(const adf::io_buffer<T, D, C>& buffer) {
  return begin_vector<Elems>(buffer);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto cbegin_restrict_vector(const adf::io_buffer<T, D, C>& buffer) {
  return cbegin_vector<Elems>(buffer);
}

// Circular addressing starts at data() and wraps around the storage at base().
template <aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_circular(adf::io_buffer<T, D, C>& buffer) {
  return detail::CircularIterator<T, 1>(buffer.data(), buffer.base(), buffer.size_incl_margin());
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto cbegin_circular(const adf::io_buffer<T, D, C>& buffer) {
  return detail::CircularIterator<const T, 1>(buffer.data(), buffer.base(), buffer.size_incl_margin());
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_random_circular(adf::io_buffer<T, D, C>& buffer) {
  return begin_circular(buffer);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_vector_circular(adf::io_buffer<T, D, C>& buffer) {
  return detail::CircularIterator<T, Elems>(buffer.data(), buffer.base(), buffer.size_incl_margin());
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto cbegin_vector_circular(const adf::io_buffer<T, D, C>& buffer) {
  return detail::CircularIterator<const T, Elems>(buffer.data(), buffer.base(), buffer.size_incl_margin());
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, typename D, typename C>
auto begin_vector_random_circular(adf::io_buffer<T, D, C>& buffer) {
  return begin_vector_circular<Elems>(buffer);
}

} // namespace aie
