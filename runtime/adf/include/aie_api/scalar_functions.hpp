// Arithmetic and comparisons of two float scalars, as the host's operators have them; vectors' scalars are elsewhere.
//
// Operands of one type give that type, rounded to nearest even; others give float, or cfloat if one is complex.
#pragma once

#include <concepts>

#include "../adf/complex_operators.hpp"
#include "lane_types.hpp"

namespace aie {
namespace detail {

template <typename T>
concept FloatScalar = is_element_v<T> && is_float_v<T>;
template <typename T>
concept RealFloatScalar = FloatScalar<T> && !is_complex_v<T>;

template <typename A, typename B>
using scalar_product_t =
    std::conditional_t<std::is_same_v<A, B>, A, std::conditional_t<is_complex_v<A> || is_complex_v<B>, cfloat, float>>;

template <FloatScalar T> constexpr auto wide_scalar(T value) {
  if constexpr (is_complex_v<T>)
    return static_cast<cfloat>(value);
  else
    return static_cast<float>(value);
}

} // namespace detail

template <detail::FloatScalar T> constexpr T add(T a, T b) {
  return static_cast<T>(detail::wide_scalar(a) + detail::wide_scalar(b));
}
template <detail::FloatScalar T> constexpr T sub(T a, T b) {
  return static_cast<T>(detail::wide_scalar(a) - detail::wide_scalar(b));
}
template <detail::FloatScalar A, detail::FloatScalar B> constexpr auto mul(A a, B b) {
  return static_cast<detail::scalar_product_t<A, B>>(detail::wide_scalar(a) * detail::wide_scalar(b));
}
template <detail::FloatScalar C, detail::FloatScalar A, detail::FloatScalar B>
requires std::same_as<C, detail::scalar_product_t<A, B>>
constexpr C mac(C c, A a, B b) { return add(c, mul(a, b)); }
template <detail::FloatScalar C, detail::FloatScalar A, detail::FloatScalar B>
requires std::same_as<C, detail::scalar_product_t<A, B>>
constexpr C msc(C c, A a, B b) { return sub(c, mul(a, b)); }
constexpr float div(float a, float b) { return a / b; }

template <detail::RealFloatScalar T> constexpr T max(T a, T b) { return a < b ? b : a; }
template <detail::RealFloatScalar T> constexpr T min(T a, T b) { return b < a ? b : a; }
template <detail::RealFloatScalar T> constexpr bool lt(T a, T b) { return a < b; }
template <detail::RealFloatScalar T> constexpr bool gt(T a, T b) { return a > b; }
template <detail::RealFloatScalar T> constexpr bool le(T a, T b) { return a <= b; }
template <detail::RealFloatScalar T> constexpr bool ge(T a, T b) { return a >= b; }
template <detail::FloatScalar T> constexpr bool eq(T a, T b) { return a == b; }
template <detail::FloatScalar T> constexpr bool neq(T a, T b) { return a != b; }

} // namespace aie
