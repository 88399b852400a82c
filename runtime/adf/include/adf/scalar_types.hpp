// The scalar element types that ADF ports and AI Engine vectors carry, under the global names that kernels use.
// C++17: the graph pass includes this header.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#include "small_floats.hpp"

using int8 = std::int8_t;
using uint8 = std::uint8_t;
using int16 = std::int16_t;
using uint16 = std::uint16_t;
using int32 = std::int32_t;
using uint32 = std::uint32_t;
using int64 = std::int64_t;
using uint64 = std::uint64_t;

/// Complex integers and floats: real part first in memory and in PLIO text files.
struct cint16 {
  int16 real = 0;
  int16 imag = 0;
  constexpr cint16() = default;
  constexpr cint16(int16 re, int16 im = 0) : real(re), imag(im) {}
  friend constexpr bool operator==(cint16 a, cint16 b) { return a.real == b.real && a.imag == b.imag; }
  friend constexpr bool operator!=(cint16 a, cint16 b) { return !(a == b); }
};

struct cint32 {
  int32 real = 0;
  int32 imag = 0;
  constexpr cint32() = default;
  constexpr cint32(int32 re, int32 im = 0) : real(re), imag(im) {}
  constexpr cint32(cint16 v) : real(v.real), imag(v.imag) {}
  friend constexpr bool operator==(cint32 a, cint32 b) { return a.real == b.real && a.imag == b.imag; }
  friend constexpr bool operator!=(cint32 a, cint32 b) { return !(a == b); }
};

struct cfloat {
  float real = 0;
  float imag = 0;
  constexpr cfloat() = default;
  constexpr cfloat(float re, float im = 0) : real(re), imag(im) {}
  friend constexpr bool operator==(cfloat a, cfloat b) { return a.real == b.real && a.imag == b.imag; }
  friend constexpr bool operator!=(cfloat a, cfloat b) { return !(a == b); }
};

/// bfloat16: the upper half of an IEEE binary32. A scalar conversion from float rounds to nearest, ties to even, as
/// host compilers do; vector conversions follow the tile's rounding register instead (aie_api/float_rounding.hpp).
struct bfloat16 {
  uint16 bits = 0;

  bfloat16() = default;
  constexpr bfloat16(float value) : bits(nearest_even(value)) {}
  constexpr explicit bfloat16(double value) : bfloat16(static_cast<float>(value)) {}
  constexpr explicit bfloat16(int value) : bfloat16(static_cast<float>(value)) {}

  static constexpr bfloat16 from_bits(uint16 pattern) {
    bfloat16 result;
    result.bits = pattern;
    return result;
  }

  constexpr operator float() const { return __builtin_bit_cast(float, static_cast<uint32>(bits) << 16); }

  bfloat16& operator+=(float value) { return *this = bfloat16(float(*this) + value); }
  bfloat16& operator-=(float value) { return *this = bfloat16(float(*this) - value); }
  bfloat16& operator*=(float value) { return *this = bfloat16(float(*this) * value); }
  bfloat16& operator/=(float value) { return *this = bfloat16(float(*this) / value); }

private:
  static constexpr uint16 nearest_even(float value) {
    const uint32 wide = __builtin_bit_cast(uint32, value);
    if ((wide & 0x7fffffffu) > 0x7f800000u) // NaN stays NaN: rounding its payload could turn it into an infinity.
      return static_cast<uint16>((wide >> 16) | 0x40u);
    return static_cast<uint16>((wide + 0x7fffu + ((wide >> 16) & 1u)) >> 16);
  }
};

namespace std {
/// Largest finite values 2^127 * (2 - 2^-7), as for float with 8 bits of significand.
template <> class numeric_limits<bfloat16> {
public:
  static constexpr bool is_specialized = true;
  static constexpr bool is_signed = true;
  static constexpr bool is_integer = false;
  static constexpr bool has_infinity = true;
  static constexpr int digits = 8;
  static bfloat16 max() { return bfloat16::from_bits(0x7f7f); }
  static bfloat16 lowest() { return bfloat16::from_bits(0xff7f); }
  static bfloat16 min() { return bfloat16::from_bits(0x0080); }
  static bfloat16 epsilon() { return bfloat16::from_bits(0x3c00); }
  static bfloat16 infinity() { return bfloat16::from_bits(0x7f80); }
  static bfloat16 quiet_NaN() { return bfloat16::from_bits(0x7fc0); }
};
} // namespace std

struct cbfloat16 {
  bfloat16 real;
  bfloat16 imag;
  cbfloat16() = default;
  constexpr cbfloat16(bfloat16 re, bfloat16 im = bfloat16(0.0f)) : real(re), imag(im) {}
  constexpr explicit cbfloat16(cfloat v) : real(v.real), imag(v.imag) {}
  constexpr operator cfloat() const { return cfloat(real, imag); }
  friend bool operator==(cbfloat16 a, cbfloat16 b) { return cfloat(a) == cfloat(b); }
  friend bool operator!=(cbfloat16 a, cbfloat16 b) { return !(a == b); }
};

using cint16_t = cint16;
using cint32_t = cint32;

// Formats that programs can name, and vectors of which are refused with a message (aie_api/not_emulated.hpp).
struct bfp16ebs8 {};
struct bfp16ebs16 {};
struct mx4 {};
struct mx6 {};
struct mx9 {};

/// Four-bit integers exist only packed inside vectors, two in a byte, the lower nibble first.
struct int4 {};
struct uint4 {};
