// Parts, conjugates and squared magnitudes of complex vectors and scalars.
#pragma once

#include "arithmetic.hpp"
#include "construct.hpp"

namespace aie {
namespace detail {

template <typename T> struct RealPart { using type = T; };
template <> struct RealPart<cint16> { using type = int16; };
template <> struct RealPart<cint32> { using type = int32; };
template <> struct RealPart<cfloat> { using type = float; };
template <> struct RealPart<cbfloat16> { using type = bfloat16; };
template <typename T> using real_part_t = typename RealPart<T>::type;

template <typename T>
concept ComplexElement = is_element_v<T> && is_complex_v<T>;

/// Real and imaginary lanes of an accumulator apart, and together again: names that libraries take from AMD's headers.
template <unsigned Elems>
std::pair<accum<acc64, Elems>, accum<acc64, Elems>> unzip_complex(const accum<cacc64, Elems>& acc) {
  std::pair<accum<acc64, Elems>, accum<acc64, Elems>> parts;
  for (unsigned i = 0; i < Elems; ++i) {
    parts.first.data()[i] = acc.data()[i].real;
    parts.second.data()[i] = acc.data()[i].imag;
  }
  return parts;
}
template <unsigned Elems>
accum<cacc64, Elems> combine_into_complex(const accum<acc64, Elems>& re, const accum<acc64, Elems>& im) {
  accum<cacc64, Elems> acc;
  for (unsigned i = 0; i < Elems; ++i)
    acc.data()[i] = {re.data()[i], im.data()[i]};
  return acc;
}

} // namespace detail

template <detail::ComplexElement T> detail::real_part_t<T> real(T value) { return value.real; }
template <detail::ComplexElement T> detail::real_part_t<T> imag(T value) { return value.imag; }
template <detail::ComplexElement T> constexpr T conj(T value) {
  return T(value.real, static_cast<detail::real_part_t<T>>(detail::negate_lane(value.imag)));
}
template <detail::ComplexElement T> constexpr detail::real_part_t<T> abs_square(T value) {
  return static_cast<detail::real_part_t<T>>(value.real * value.real + value.imag * value.imag);
}

template <detail::ComplexElement T, unsigned Elems>
vector<detail::real_part_t<T>, Elems> real(const vector<T, Elems>& v) {
  vector<detail::real_part_t<T>, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get(i).real, i);
  return out;
}
template <detail::ComplexElement T, unsigned Elems>
vector<detail::real_part_t<T>, Elems> imag(const vector<T, Elems>& v) {
  vector<detail::real_part_t<T>, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get(i).imag, i);
  return out;
}
template <detail::ComplexElement T, unsigned Elems> vector<T, Elems> conj(const vector<T, Elems>& v) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(conj(v.get(i)), i);
  return out;
}

/// real^2 + imag^2 of every lane, shifted, rounded and saturated like an accumulator of 64 bits; TR is int32 or int16.
template <typename TR = int32, typename T, unsigned Elems>
requires(std::is_same_v<T, cint16> || std::is_same_v<T, cint32>) vector<TR, Elems> abs_square(const vector<T, Elems>& v,
                                                                                              int shift = 0) {
  std::int64_t lanes[Elems];
  for (unsigned i = 0; i < Elems; ++i) {
    const auto re = static_cast<std::uint64_t>(std::int64_t(v.get(i).real));
    const auto im = static_cast<std::uint64_t>(std::int64_t(v.get(i).imag));
    lanes[i] = static_cast<std::int64_t>(re * re + im * im);
  }
  vector<TR, Elems> out;
  detail::srs_lanes(lanes, out.data(), Elems, true, shift);
  return out;
}
template <typename TR = float, typename T, unsigned Elems>
requires(std::is_same_v<T, cfloat> ||
         std::is_same_v<T, cbfloat16>) vector<TR, Elems> abs_square(const vector<T, Elems>& v) {
  vector<TR, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(detail::round_float<TR>(abs_square(cfloat(v.get(i)))), i);
  return out;
}

} // namespace aie
