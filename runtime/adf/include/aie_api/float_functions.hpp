// Conversions between integers and floats, and non-linear functions of floats.
//
// to_fixed rounds float32 to nearest with ties toward zero and saturates, and floors bfloat16 [api aie_doc.hpp float to
// integer]; to_float rounds to nearest even. inv, invsqrt and sqrt are correctly rounded here. On AIE-ML they are
// software that starts from an approximation, and its last bits can't be derived from public documents.
#pragma once

#include <cmath>

#include "arithmetic.hpp"
#include "complex_functions.hpp"
#include "construct.hpp"

namespace aie {
namespace detail {

template <typename T> T saturate_from_double(double value) {
  const double low = static_cast<double>(std::numeric_limits<T>::min());
  const double high = static_cast<double>(std::numeric_limits<T>::max());
  if (std::isnan(value)) return 0;
  return static_cast<T>(value < low ? low : value > high ? high : value);
}

/// value * 2^shift as an integer of type T.
template <typename T, typename F> T fixed_from_float(F value, int shift) {
  const double scaled = std::ldexp(static_cast<double>(static_cast<float>(value)), shift);
  if constexpr (std::is_same_v<F, bfloat16>) {
    return saturate_from_double<T>(std::floor(scaled));
  } else {
    const double magnitude = std::ceil(std::fabs(scaled) - 0.5); // ties toward zero
    return saturate_from_double<T>(std::copysign(magnitude, scaled));
  }
}

template <typename T, typename Function> auto map_float(const T& x, Function function) {
  if constexpr (is_vector_v<T>) {
    T out;
    for (unsigned i = 0; i < T::size(); ++i)
      out[i] = narrow<typename T::value_type>(function(static_cast<double>(static_cast<float>(x.get(i)))));
    return out;
  } else {
    return narrow<T>(function(static_cast<double>(static_cast<float>(x))));
  }
}

} // namespace detail

template <typename T = int32> T to_fixed(float value, int shift = 0) {
  return detail::fixed_from_float<T>(value, shift);
}
template <typename T = int32, unsigned Elems> vector<T, Elems> to_fixed(const vector<float, Elems>& v, int shift = 0) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out[i] = detail::fixed_from_float<T>(v.get(i), shift);
  return out;
}
template <typename T = int32, typename F, unsigned Elems>
requires(detail::is_float_v<F> && !std::is_same_v<F, float>) vector<T, Elems> to_fixed(const vector<F, Elems>& v,
                                                                                       int shift = 0) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out[i] = detail::fixed_from_float<T>(v.get(i), shift);
  return out;
}
template <typename T = int32, unsigned Elems>
vector<T, Elems> to_fixed(const accum<accfloat, Elems>& acc, int shift = 0) {
  return to_fixed<T>(acc.template to_vector<float>(), shift);
}

/// As to_fixed, the result taken as unsigned if not v_sign, in a signed type as AMD's headers have it.
template <typename T = int32, typename F, unsigned Elems>
requires(detail::is_float_v<F>&& detail::is_signed_v<T>) vector<T, Elems> to_fixed_sign(const vector<F, Elems>& v,
                                                                                        bool v_sign, int shift = 0) {
  if (v_sign) return to_fixed<T>(v, shift);
  return to_fixed<std::make_unsigned_t<T>>(v, shift).template cast_to<T>();
}
template <typename T = int32, unsigned Elems>
vector<T, Elems> to_fixed_sign(const accum<accfloat, Elems>& acc, bool v_sign, int shift = 0) {
  return to_fixed_sign<T>(acc.template to_vector<float>(), v_sign, shift);
}
template <typename T = int32, unsigned Elems>
requires(std::is_same_v<T, int16> ||
         std::is_same_v<T, int32>) vector<T, Elems> to_fixed_floor(const vector<bfloat16, Elems>& v, int shift = 0) {
  return to_fixed<T>(v, shift);
}

/// value * 2^-shift
template <typename F = float> F to_float(int value, int shift = 0) {
  return detail::narrow<F>(static_cast<float>(std::ldexp(static_cast<double>(value), -shift)));
}
template <typename F = float, typename T, unsigned Elems>
requires detail::is_real_integer_v<T> vector<F, Elems> to_float(const vector<T, Elems>& v, int shift = 0) {
  vector<F, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out[i] = detail::narrow<F>(static_cast<float>(std::ldexp(static_cast<double>(v.get(i)), -shift)));
  return out;
}

template <typename X> X inv(const X& x) {
  return detail::map_float(x, [](double value) { return static_cast<float>(1.0 / value); });
}
template <typename X> X invsqrt(const X& x) {
  return detail::map_float(x, [](double value) { return static_cast<float>(1.0 / std::sqrt(value)); });
}
template <typename X> X sqrt(const X& x) {
  return detail::map_float(x, [](double value) { return static_cast<float>(std::sqrt(value)); });
}
/// a * inv(b), complex ones as (a * conj(b)) * inv(|b|^2); an accumulator, as AMD's headers have it.
template <typename T, typename D, unsigned Elems>
requires(detail::is_float_v<T>&& detail::is_float_v<D> &&
         !detail::is_complex_v<D>) auto div(const vector<T, Elems>& a, const vector<D, Elems>& b) {
  return mul(a, inv(b));
}
template <typename T, detail::Element D, unsigned Elems>
requires(detail::is_float_v<T>&& detail::is_float_v<D> && !detail::is_complex_v<D>) auto div(const vector<T, Elems>& a,
                                                                                             D b) {
  return mul(a, inv(b));
}
template <unsigned Elems> auto div(const vector<cfloat, Elems>& a, const vector<cfloat, Elems>& b) {
  const vector<cfloat, Elems> numerator = mul(op_conj(b), a).template to_vector<cfloat>();
  return mul(numerator, inv(abs_square(b)));
}
template <unsigned Elems> auto div(const vector<cfloat, Elems>& a, cfloat b) {
  return div(a, broadcast<cfloat, Elems>(b));
}
#if __AIE_ARCH__ == 22
template <typename T = bfloat16, unsigned Elems> vector<T, Elems> exp2(const vector<float, Elems>& v) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out[i] = detail::narrow<T>(static_cast<float>(std::exp2(static_cast<double>(v.get(i)))));
  return out;
}
template <typename T = bfloat16, unsigned Elems> vector<T, Elems> tanh(const vector<float, Elems>& v) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out[i] = detail::narrow<T>(static_cast<float>(std::tanh(static_cast<double>(v.get(i)))));
  return out;
}
#endif

} // namespace aie
