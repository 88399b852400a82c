// Parts of the AI Engine API that are not emulated: using one is a compile-time error that names it.
//
// scripts that generate the table in the documentation read the names below; keep one entry a line.
#pragma once

#include "vector.hpp"

namespace aie {

namespace detail {
template <typename...> inline constexpr bool emulated = false;
} // namespace detail

template <unsigned Stage, unsigned Radix, typename... T> struct fft_dit {
  static_assert(detail::emulated<T...>, "aie::fft_dit is not emulated");
};
template <typename T, unsigned Elems> struct sparse_vector {
  static_assert(detail::emulated<T>, "aie::sparse_vector is not emulated");
};
template <typename T, unsigned Elems> struct block_vector {
  static_assert(detail::emulated<T>, "aie::block_vector is not emulated");
};
template <typename... T> struct sliding_mul_sym_ops {
  static_assert(detail::emulated<T...>, "aie::sliding_mul_sym_ops is not emulated");
};
template <typename... T> void sincos(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sincos is not emulated");
}
template <typename... T> void sincos_complex(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sincos_complex is not emulated");
}
template <typename... T> void interleave_butterfly(const T&...) {
  static_assert(detail::emulated<T...>, "aie::interleave_butterfly is not emulated");
}
template <typename... T> void interleave_crossover(const T&...) {
  static_assert(detail::emulated<T...>, "aie::interleave_crossover is not emulated");
}
template <typename... T> void interleave_custom(const T&...) {
  static_assert(detail::emulated<T...>, "aie::interleave_custom is not emulated");
}
template <typename... T> void filter(const T&...) {
  static_assert(detail::emulated<T...>, "aie::filter with a mode is not emulated");
}

} // namespace aie
