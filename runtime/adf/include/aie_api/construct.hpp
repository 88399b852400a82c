// Making vectors and accumulators out of scalars and of one another.
#pragma once

#include <concepts>

#include "multiply.hpp"
#include "vector.hpp"

namespace aie {

/// A vector that fills 512 bits, where no size is given.
template <typename T, unsigned Elems = 512 / detail::type_bits_v<T>> vector<T, Elems> zeros() {
  vector<T, Elems> out;
  std::memset(out.bytes_data(), 0, out.bytes());
  return out;
}
template <detail::AccumulatorTag Tag, unsigned Elems> accum<Tag, Elems> zeros() {
  tilewright::adf::count(
      tilewright::adf::Slot::shuffle,
      tilewright::adf::instructions_for(accum<Tag, Elems>::bits() / 8, tilewright::adf::vector_register_bytes));
  return detail::zero_accum<accum<Tag, Elems>>();
}

template <typename T, unsigned Elems> vector<T, Elems> broadcast(detail::lane_value_t<T> value) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(value, i);
  return out;
}
/// The vector again and again.
template <typename T, unsigned Elems, unsigned N>
requires(Elems >= N) vector<T, Elems> broadcast(const vector<T, N>& v) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get(i % N), i);
  return out;
}
/// Elements index * N to index * N + N - 1 of the vector, again and again.
template <unsigned N, typename T, unsigned Elems = 512 / detail::type_bits_v<T>, unsigned ElemsIn>
requires(detail::is_power_of_two(N) && N <= Elems) vector<T, Elems> broadcast_vector(const vector<T, ElemsIn>& v,
                                                                                     unsigned index) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get(index * N + i % N), i);
  return out;
}
/// As the first, with a vector that fills 512 bits.
template <typename T> auto broadcast(T value) { return broadcast<T, 512 / detail::type_bits_v<T>>(value); }

/// First argument in the lowest lanes; two, four, eight, ... vectors of one type.
template <typename T, unsigned Elems, std::same_as<vector<T, Elems>>... Rest>
auto concat(const vector<T, Elems>& first, const Rest&... rest) {
  static_assert(detail::is_power_of_two(sizeof...(Rest) + 1), "concat: the number of vectors must be a power of two");
  vector<T, Elems*(sizeof...(Rest) + 1)> out;
  out.upd_all(first, rest...);
  return out;
}
template <typename Tag, unsigned Elems, std::same_as<accum<Tag, Elems>>... Rest>
auto concat(const accum<Tag, Elems>& first, const Rest&... rest) {
  static_assert(detail::is_power_of_two(sizeof...(Rest) + 1),
                "concat: the number of accumulators must be a power of two");
  accum<Tag, Elems*(sizeof...(Rest) + 1)> out;
  out.upd_all(first, rest...);
  return out;
}

template <typename AccumTag, typename T, unsigned Elems>
accum<AccumTag, Elems> from_vector(const vector<T, Elems>& v, int shift = 0) {
  return accum<AccumTag, Elems>(v, shift);
}
template <typename T, typename Tag, unsigned Elems>
vector<T, Elems> to_vector(const accum<Tag, Elems>& acc, int shift = 0) {
  return acc.template to_vector<T>(shift);
}
template <detail::Element DstT, typename T, unsigned Elems> auto vector_cast(const vector<T, Elems>& v) {
  return v.template cast_to<DstT>();
}
/// The bits of a vector as accumulator lanes, and of accumulator lanes as elements.
template <detail::AccumulatorTag DstTag, typename T, unsigned Elems> auto vector_cast(const vector<T, Elems>& v) {
  accum<DstTag, v.bits() / detail::AccumTraits<DstTag>::value_bits> out;
  std::memcpy(static_cast<void*>(out.data()), v.bytes_data(), v.bytes());
  return out;
}
template <typename DstT, typename Tag, unsigned Elems> auto vector_cast(const accum<Tag, Elems>& acc) {
  vector<DstT, acc.bits() / detail::type_bits_v<DstT>> out;
  std::memcpy(out.bytes_data(), acc.data(), out.bytes());
  return out;
}
template <typename DstTag, typename Tag, unsigned Elems> auto accum_cast(const accum<Tag, Elems>& acc) {
  return acc.template cast_to<DstTag>();
}
template <typename T, unsigned Elems> auto pack(const vector<T, Elems>& v) { return v.pack(); }
template <typename T, unsigned Elems> auto unpack(const vector<T, Elems>& v) { return v.unpack(); }

} // namespace aie
