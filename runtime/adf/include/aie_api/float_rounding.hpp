// float to narrower floats in the tile's rounding mode.
//
// The conversion obeys crRnd; floor rounds toward minus infinity and conv_even equals IEEE round-to-nearest-even
// [mlir-aie #3587, bfloat16]. NaN stays a quiet NaN; a finite bfloat16 may round up to infinity in the modes that go
// outward. That the other formats obey crRnd too is inferred. What the hardware makes of values beyond the largest one
// is not public: here they become it under saturation, else infinity, or NaN where the format has no infinity.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "../adf/scalar_types.hpp"
#include "shift_round_saturate.hpp"

namespace aie::detail {

inline bfloat16 round_to_bfloat16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (std::isnan(value)) return bfloat16::from_bits(static_cast<uint16>((bits >> 16) | 0x40u));
  if (std::isinf(value)) return bfloat16::from_bits(static_cast<uint16>(bits >> 16));
  // The magnitude is rounded as an integer with the sign given to the rounding rule; the sign bit is put back.
  const std::int64_t magnitude = bits & 0x7fffffffu;
  const bool negative = (bits >> 31) != 0;
  const std::int64_t rounded =
      round_shift(negative ? -magnitude : magnitude, 16, rounding_constant(get_rounding(), 16));
  const std::uint32_t result = static_cast<std::uint32_t>(negative ? -rounded : rounded);
  return bfloat16::from_bits(static_cast<uint16>(result | (negative ? 0x8000u : 0u)));
}

template <typename T> T round_to_small_float(float value) {
  using Bits = typename T::Bits;
  const bool negative = std::signbit(value);
  const auto with_sign = [&](Bits pattern) {
    return T::from_bits(static_cast<Bits>(negative ? pattern | T::sign_bit : pattern));
  };
  const Bits beyond = get_saturation() == saturation_mode::none ? T::overflow : T::largest;
  if (std::isnan(value)) return with_sign(T::not_a_number);
  if (std::isinf(value)) return with_sign(beyond);
  if (value == 0) return with_sign(0);
  // value = significand * 2^scale, rounded to a multiple of the format's unit at its exponent.
  int exponent = 0;
  const std::int64_t significand = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), 24));
  const int normal = exponent - 1 < T::min_exponent ? T::min_exponent : exponent - 1;
  int shift = normal - T::fraction_bits - (exponent - 24);
  if (shift > 40) shift = 40; // Less than half a unit, however small.
  const std::int64_t rounded = round_shift(significand, shift, rounding_constant(get_rounding(), shift));
  const std::int64_t pattern =
      (rounded < 0 ? -rounded : rounded) + (std::int64_t(normal - T::min_exponent) << T::fraction_bits);
  return with_sign(pattern > T::largest ? beyond : static_cast<Bits>(pattern));
}

/// A float as an element of T, or a complex one.
template <typename T> T round_float(cfloat value) {
  if constexpr (std::is_same_v<T, cbfloat16>)
    return {round_to_bfloat16(value.real), round_to_bfloat16(value.imag)};
  else
    return static_cast<T>(value);
}
template <typename T> T round_float(float value) {
  if constexpr (std::is_same_v<T, bfloat16>)
    return round_to_bfloat16(value);
  else if constexpr (std::is_same_v<T, float16> || std::is_same_v<T, float8> || std::is_same_v<T, bfloat8>)
    return round_to_small_float<T>(value);
  else
    return static_cast<T>(value);
}

} // namespace aie::detail
