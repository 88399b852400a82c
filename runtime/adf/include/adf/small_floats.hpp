// float16, float8 and bfloat8: floats of 16 and 8 bits of AIE-MLv2, as scalars. C++17: the graph pass includes this
// header.
//
// float16 is IEEE binary16, float8 has 4 bits of exponent and 3 of fraction, bfloat8 5 and 2 [UG1603 data types].
// Biases and special values are those of the OCP 8-bit floating point specification: bfloat8 has infinities and NaNs as
// IEEE formats do, float8 has no infinity and one NaN a sign. AMD's documents do not say so in words.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace tilewright::adf {

/// A value of 1 + ExponentBits + FractionBits bits. Without infinities the highest exponent is one of numbers, but for
/// the pattern of ones, which is NaN.
template <int ExponentBits, int FractionBits, bool HasInfinity> struct SmallFloat {
  using Bits = std::conditional_t<(ExponentBits + FractionBits > 7), std::uint16_t, std::uint8_t>;

  static constexpr int bias = (1 << (ExponentBits - 1)) - 1;
  static constexpr int min_exponent = 1 - bias; ///< of normal numbers
  static constexpr int fraction_bits = FractionBits;
  static constexpr bool has_infinity = HasInfinity;
  static constexpr Bits sign_bit = static_cast<Bits>(1u << (ExponentBits + FractionBits));
  static constexpr Bits largest = static_cast<Bits>(HasInfinity ? sign_bit - (1u << FractionBits) - 1u : sign_bit - 2u);
  /// What follows the largest number: infinity, or NaN.
  static constexpr Bits overflow = static_cast<Bits>(largest + 1u);
  static constexpr Bits not_a_number = static_cast<Bits>(HasInfinity ? overflow | 1u << (FractionBits - 1) : overflow);

  Bits bits = 0;

  /// Magnitude of a pattern without sign.
  static float magnitude(Bits pattern) {
    if (pattern == overflow && HasInfinity) return std::numeric_limits<float>::infinity();
    if (pattern > largest) return std::numeric_limits<float>::quiet_NaN();
    const int exponent = pattern >> FractionBits;
    const int fraction = pattern & ((1 << FractionBits) - 1);
    const int significand = exponent == 0 ? fraction : fraction | 1 << FractionBits;
    return std::ldexp(static_cast<float>(significand), (exponent == 0 ? 1 : exponent) - bias - FractionBits);
  }

  operator float() const {
    const float value = magnitude(static_cast<Bits>(bits & ~sign_bit));
    return (bits & sign_bit) != 0 ? -value : value;
  }

protected:
  /// Nearest, ties to even; beyond the largest number its successor, as host compilers do for binary16.
  static Bits nearest_even(float value) {
    const Bits sign = std::signbit(value) ? sign_bit : Bits(0);
    if (std::isnan(value)) return static_cast<Bits>(sign | not_a_number);
    if (std::isinf(value)) return static_cast<Bits>(sign | overflow);
    const float size = std::fabs(value);
    int exponent = size > 0 ? std::ilogb(size) : min_exponent;
    if (exponent < min_exponent) exponent = min_exponent;
    const double units = std::ldexp(static_cast<double>(size), FractionBits - exponent); // exact, below 2^25
    double whole = std::floor(units);
    const double rest = units - whole;
    if (rest > 0.5 || (rest == 0.5 && std::fmod(whole, 2.0) != 0)) whole += 1;
    const long pattern = static_cast<long>(whole) + (static_cast<long>(exponent - min_exponent) << FractionBits);
    return static_cast<Bits>(sign | (pattern > largest ? overflow : static_cast<Bits>(pattern)));
  }
};

} // namespace tilewright::adf

#define TILEWRIGHT_ADF_SMALL_FLOAT(name, exponent_bits, fraction_bits, has_infinity)                                   \
  struct name : tilewright::adf::SmallFloat<exponent_bits, fraction_bits, has_infinity> {                              \
    name() = default;                                                                                                  \
    name(float value) { bits = nearest_even(value); }                                                                  \
    explicit name(double value) : name(static_cast<float>(value)) {}                                                   \
    explicit name(int value) : name(static_cast<float>(value)) {}                                                      \
    static name from_bits(Bits pattern) {                                                                              \
      name result;                                                                                                     \
      result.bits = pattern;                                                                                           \
      return result;                                                                                                   \
    }                                                                                                                  \
  };
TILEWRIGHT_ADF_SMALL_FLOAT(float16, 5, 10, true)
TILEWRIGHT_ADF_SMALL_FLOAT(float8, 4, 3, false)
TILEWRIGHT_ADF_SMALL_FLOAT(bfloat8, 5, 2, true)
#undef TILEWRIGHT_ADF_SMALL_FLOAT
