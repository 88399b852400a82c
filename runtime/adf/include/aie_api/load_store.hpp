// Loads and stores of whole vectors.
#pragma once

#include <cstddef>

#include "vector.hpp"

/// Memory bank annotations; they only matter for scheduling.
enum class aie_dm_resource { none, a, b, c, d, stack };

namespace aie {

template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
vector<T, Elems> load_v(const T* pointer) {
  vector<T, Elems> out;
  out.load(pointer);
  return out;
}

/// Loads a 512-bit vector.
template <aie_dm_resource Resource = aie_dm_resource::none, typename T> auto load_v(const T* pointer) {
  return load_v<512 / detail::type_bits_v<T>>(pointer);
}

template <aie_dm_resource Resource = aie_dm_resource::none, typename T, typename U, unsigned Elems>
U* store_v(U* pointer, const vector<T, Elems>& v) {
  v.store(pointer);
  return pointer;
}
template <typename T, unsigned Elems> T* store_v(T* pointer, const vector<T, Elems>& v) {
  v.store(pointer);
  return pointer;
}

template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
vector<T, Elems> load_unaligned_v(const T* pointer, unsigned aligned_elems = 1) {
  vector<T, Elems> out;
  out.load_unaligned(pointer, aligned_elems);
  return out;
}

/// Loads a 512-bit vector.
template <aie_dm_resource Resource = aie_dm_resource::none, typename T>
auto load_unaligned_v(const T* pointer, unsigned aligned_elems = 1) {
  return load_unaligned_v<512 / detail::type_bits_v<T>>(pointer, aligned_elems);
}

template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
T* store_unaligned_v(T* pointer, const vector<T, Elems>& v, unsigned aligned_elems = 1) {
  v.store_unaligned(pointer, aligned_elems);
  return pointer;
}

/// Loads from the pointer rounded down to a multiple of `bytes`, a power of two; aligned from there.
template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
vector<T, Elems> load_floor_bytes_v(const T* pointer, std::size_t bytes) {
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(pointer) & ~std::uintptr_t(bytes - 1);
  return load_v<Elems>(reinterpret_cast<const T*>(address));
}
/// The same, rounded down to a multiple of n elements.
template <unsigned Elems, aie_dm_resource Resource = aie_dm_resource::none, typename T>
vector<T, Elems> load_floor_v(const T* pointer, unsigned n = Elems) {
  return load_floor_bytes_v<Elems>(pointer, n * detail::type_bits_v<T> / 8);
}

/// Stores to the pointer rounded down to a multiple of `bytes`, a power of two; aligned from there.
template <aie_dm_resource Resource = aie_dm_resource::none, typename T, unsigned Elems>
T* store_floor_bytes_v(T* pointer, const vector<T, Elems>& v, std::size_t bytes) {
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(pointer) & ~std::uintptr_t(bytes - 1);
  v.store(reinterpret_cast<T*>(address));
  return pointer;
}
/// The same, rounded down to a multiple of n elements.
template <aie_dm_resource Resource = aie_dm_resource::none, typename T, unsigned Elems>
T* store_floor_v(T* pointer, const vector<T, Elems>& v, unsigned n = Elems) {
  return store_floor_bytes_v(pointer, v, n * detail::type_bits_v<T> / 8);
}

} // namespace aie
