// Parts of the AI Engine API that are not emulated: using one is a compile-time error that names it. Those of the first
// generation are refused by AMD's headers too.
//
// The table in the documentation is generated from the messages in these headers.
#pragma once

#include "vector.hpp"

namespace aie {

namespace detail {
template <typename...> inline constexpr bool emulated = false;
template <auto...> inline constexpr bool emulated_value = false;
} // namespace detail

template <typename T, unsigned Elems> struct block_vector {
  static_assert(detail::emulated<T>, "aie::block_vector is not emulated");
};
template <typename T, unsigned Elems> struct block_vector_input_buffer_stream {
  static_assert(detail::emulated<T>, "aie::block_vector_input_buffer_stream is not emulated");
};
template <typename T, unsigned Elems> struct block_vector_output_buffer_stream {
  static_assert(detail::emulated<T>, "aie::block_vector_output_buffer_stream is not emulated");
};
template <unsigned Outputs, unsigned Channels, unsigned Points, int CoeffStep, int DataStepX, int DataStepY,
          typename... T>
struct sliding_mul_ch_ops {
  static_assert(detail::emulated<T...>, "aie::sliding_mul_ch_ops is not emulated");
};

template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepX, int DataStepY, typename... T>
struct sliding_mul_sym_ops {
  static_assert(detail::emulated<T...>,
                "aie::sliding_mul_sym_ops is not supported: it exists on the first generation only");
};
template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepX, typename... T>
using sliding_mul_sym_x_ops = sliding_mul_sym_ops<Lanes, Points, CoeffStep, DataStepX, 1, T...>;
template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepY, typename... T>
using sliding_mul_sym_y_ops = sliding_mul_sym_ops<Lanes, Points, CoeffStep, 1, DataStepY, T...>;
template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepXY, typename... T>
using sliding_mul_sym_xy_ops = sliding_mul_sym_ops<Lanes, Points, CoeffStep, DataStepXY, DataStepXY, T...>;
template <unsigned Lanes, unsigned Points, int CoeffStep = 1, typename... T> auto sliding_mul_sym(const T&...) {
  static_assert(detail::emulated<T...>,
                "aie::sliding_mul_sym is not supported: it exists on the first generation only");
}
template <typename... T> auto sin(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sin is not supported: it exists on the first generation only");
}
template <typename... T> auto cos(const T&...) {
  static_assert(detail::emulated<T...>, "aie::cos is not supported: it exists on the first generation only");
}
template <typename... T> auto sincos(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sincos is not supported: it exists on the first generation only");
}
template <typename... T> auto sincos_complex(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sincos_complex is not supported: it exists on the first generation only");
}

template <unsigned Outputs, unsigned Channels, unsigned Points, int CoeffStep = 1, int DataStepX = 1, int DataStepY = 1,
          typename... T>
auto sliding_mul_ch(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sliding_mul_ch is not emulated");
}
template <unsigned Outputs, unsigned Channels, unsigned Points, int CoeffStep = 1, int DataStepX = 1, int DataStepY = 1,
          typename... T>
auto sliding_mac_ch(const T&...) {
  static_assert(detail::emulated<T...>, "aie::sliding_mac_ch is not emulated");
}
template <typename... T> auto op_transpose(const T&...) {
  static_assert(detail::emulated<T...>, "aie::op_transpose is not emulated");
}
template <typename T, unsigned Elems, typename... Rest> auto make_tensor_descriptor_from_native(const Rest&...) {
  static_assert(detail::emulated<Rest...>, "aie::make_tensor_descriptor_from_native is not emulated");
}
template <typename T, unsigned Elems, typename... Rest> auto make_tensor_descriptor_bytes(const Rest&...) {
  static_assert(detail::emulated<Rest...>, "aie::make_tensor_descriptor_bytes is not emulated");
}
template <typename... T> auto make_unaligned_tensor_buffer_stream(const T&...) {
  static_assert(detail::emulated<T...>, "aie::make_unaligned_tensor_buffer_stream is not emulated");
}

template <typename... T> auto interleave_butterfly(const T&...) {
  static_assert(detail::emulated<T...>, "aie::interleave_butterfly is not emulated");
}
template <typename... T> auto interleave_crossover(const T&...) {
  static_assert(detail::emulated<T...>, "aie::interleave_crossover is not emulated");
}
template <typename... T> auto interleave_custom(const T&...) {
  static_assert(detail::emulated<T...>, "aie::interleave_custom is not emulated");
}

} // namespace aie
