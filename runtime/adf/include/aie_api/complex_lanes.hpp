// Arithmetic on complex lanes.
#pragma once

#include "../adf/complex_operators.hpp"
#include "lane_types.hpp"

namespace aie::detail {

template <typename T> constexpr auto real_part(T value) {
  if constexpr (requires { value.real; })
    return value.real;
  else
    return value;
}
template <typename T> constexpr auto imag_part(T value) {
  if constexpr (requires { value.imag; })
    return value.imag;
  else
    return T{};
}

/// acc + Sign * a * b; one of a and b may be real.
template <int Sign, typename Lane, typename A, typename B>
[[gnu::always_inline]] inline void complex_multiply_add(Lane& acc, A a, B b) {
  if constexpr (std::is_same_v<Lane, cfloat>) {
    const double ar = real_part(a), ai = imag_part(a), br = real_part(b), bi = imag_part(b);
    acc.real = static_cast<float>(acc.real + Sign * (ar * br - ai * bi));
    acc.imag = static_cast<float>(acc.imag + Sign * (ar * bi + ai * br));
  } else {
    using U = std::uint64_t;
    const U ar = static_cast<U>(std::int64_t(real_part(a))), ai = static_cast<U>(std::int64_t(imag_part(a)));
    const U br = static_cast<U>(std::int64_t(real_part(b))), bi = static_cast<U>(std::int64_t(imag_part(b)));
    const U re = ar * br - ai * bi, im = ar * bi + ai * br;
    acc.real = static_cast<std::int64_t>(Sign > 0 ? U(acc.real) + re : U(acc.real) - re);
    acc.imag = static_cast<std::int64_t>(Sign > 0 ? U(acc.imag) + im : U(acc.imag) - im);
  }
}

} // namespace aie::detail
