// Compile-time facts about vector elements and accumulator tags.
#pragma once

#include <cstdint>
#include <type_traits>

#include "../adf/accumulator_tags.hpp"
#include "../adf/scalar_types.hpp"
#include "../adf/target.hpp"

namespace aie {

using ::accauto;

namespace detail {

template <typename T> struct ElementTraits { static constexpr bool valid = false; };
template <typename T, bool Signed> struct IntegerElement {
  static constexpr bool valid = true;
  static constexpr unsigned bits = 8 * sizeof(T);
  static constexpr bool is_signed = Signed;
  static constexpr bool is_integer = true;
  static constexpr bool is_complex = false;
  static constexpr bool is_float = false;
};
template <> struct ElementTraits<int8> : IntegerElement<int8, true> {};
template <> struct ElementTraits<uint8> : IntegerElement<uint8, false> {};
template <> struct ElementTraits<int16> : IntegerElement<int16, true> {};
template <> struct ElementTraits<uint16> : IntegerElement<uint16, false> {};
template <> struct ElementTraits<int32> : IntegerElement<int32, true> {};
template <> struct ElementTraits<uint32> : IntegerElement<uint32, false> {};
template <> struct ElementTraits<int4> : IntegerElement<int8, true> { static constexpr unsigned bits = 4; };
template <> struct ElementTraits<uint4> : IntegerElement<uint8, false> { static constexpr unsigned bits = 4; };
template <typename T, bool Complex> struct FloatElement {
  static constexpr bool valid = true;
  static constexpr unsigned bits = 8 * sizeof(T);
  static constexpr bool is_signed = true;
  static constexpr bool is_integer = false;
  static constexpr bool is_complex = Complex;
  static constexpr bool is_float = true;
};
template <> struct ElementTraits<bfloat16> : FloatElement<bfloat16, false> {};
template <> struct ElementTraits<float> : FloatElement<float, false> {};
template <> struct ElementTraits<cfloat> : FloatElement<cfloat, true> {};
template <> struct ElementTraits<cbfloat16> : FloatElement<cbfloat16, true> {};
#if __AIE_ARCH__ == 22
template <> struct ElementTraits<float16> : FloatElement<float16, false> {};
template <> struct ElementTraits<float8> : FloatElement<float8, false> {};
template <> struct ElementTraits<bfloat8> : FloatElement<bfloat8, false> {};
#endif
template <typename T> struct ComplexIntegerElement {
  static constexpr bool valid = true;
  static constexpr unsigned bits = 8 * sizeof(T);
  static constexpr bool is_signed = true;
  static constexpr bool is_integer = true;
  static constexpr bool is_complex = true;
  static constexpr bool is_float = false;
};
template <> struct ElementTraits<cint16> : ComplexIntegerElement<cint16> {};
template <> struct ElementTraits<cint32> : ComplexIntegerElement<cint32> {};

template <typename T> inline constexpr bool is_element_v = ElementTraits<T>::valid;
template <typename T>
concept Element = is_element_v<T>;
template <typename T> inline constexpr unsigned type_bits_v = ElementTraits<T>::bits;
template <typename T> inline constexpr bool is_signed_v = ElementTraits<T>::is_signed;
template <typename T> inline constexpr bool is_complex_v = ElementTraits<T>::is_complex;
template <typename T> inline constexpr bool is_float_v = ElementTraits<T>::is_float;
template <typename T> inline constexpr bool is_integer_v = ElementTraits<T>::is_integer;
/// Floats that arithmetic widens to float32.
template <typename T> constexpr bool is_narrow_float() {
  if constexpr (is_element_v<T>)
    return is_float_v<T> && !is_complex_v<T> && sizeof(T) < 4;
  else
    return false;
}
template <typename T> inline constexpr bool is_nibble_v = std::is_same_v<T, int4> || std::is_same_v<T, uint4>;
/// Plain integers of 8 to 32 bits.
template <typename T> inline constexpr bool is_real_integer_v = is_integer_v<T> && !is_complex_v<T> && !is_nibble_v<T>;

/// What one lane holds when it is taken out of a vector: int8/uint8 for the 4-bit types, else the element itself.
template <typename T> struct LaneValue { using type = T; };
template <> struct LaneValue<int4> { using type = int8; };
template <> struct LaneValue<uint4> { using type = uint8; };
template <typename T> using lane_value_t = typename LaneValue<T>::type;

struct complex_int64 {
  std::int64_t real = 0;
  std::int64_t imag = 0;
};

enum class AccumClass { Int, CInt, FP, CFP };

template <typename Tag> struct AccumTraits { static constexpr bool valid = false; };
template <typename LaneType, unsigned MinBits, AccumClass Class, typename Native> struct AccumTraitsOf {
  static constexpr bool valid = true;
  using lane = LaneType;
  using native_tag = Native;
  static constexpr unsigned min_bits = MinBits;
  static constexpr unsigned value_bits = 8 * sizeof(LaneType);
  static constexpr AccumClass accum_class = Class;
};
template <> struct AccumTraits<acc16> : AccumTraitsOf<std::int32_t, 16, AccumClass::Int, acc32> {};
template <> struct AccumTraits<acc24> : AccumTraitsOf<std::int32_t, 24, AccumClass::Int, acc32> {};
template <> struct AccumTraits<acc32> : AccumTraitsOf<std::int32_t, 32, AccumClass::Int, acc32> {};
template <> struct AccumTraits<acc40> : AccumTraitsOf<std::int64_t, 40, AccumClass::Int, acc64> {};
template <> struct AccumTraits<acc48> : AccumTraitsOf<std::int64_t, 48, AccumClass::Int, acc64> {};
template <> struct AccumTraits<acc56> : AccumTraitsOf<std::int64_t, 56, AccumClass::Int, acc64> {};
template <> struct AccumTraits<acc64> : AccumTraitsOf<std::int64_t, 64, AccumClass::Int, acc64> {};
template <> struct AccumTraits<cacc32> : AccumTraitsOf<complex_int64, 32, AccumClass::CInt, cacc64> {};
template <> struct AccumTraits<cacc40> : AccumTraitsOf<complex_int64, 40, AccumClass::CInt, cacc64> {};
template <> struct AccumTraits<cacc48> : AccumTraitsOf<complex_int64, 48, AccumClass::CInt, cacc64> {};
template <> struct AccumTraits<cacc56> : AccumTraitsOf<complex_int64, 56, AccumClass::CInt, cacc64> {};
template <> struct AccumTraits<cacc64> : AccumTraitsOf<complex_int64, 64, AccumClass::CInt, cacc64> {};
template <> struct AccumTraits<accfloat> : AccumTraitsOf<float, 32, AccumClass::FP, accfloat> {};
template <> struct AccumTraits<caccfloat> : AccumTraitsOf<cfloat, 32, AccumClass::CFP, caccfloat> {};

template <typename T>
concept AccumulatorTag = AccumTraits<T>::valid;

template <typename Tag> using accum_lane_t = typename AccumTraits<Tag>::lane;
template <typename Tag> using native_accum_tag_t = typename AccumTraits<Tag>::native_tag;

/// Accumulator of T1 x T2 when none is named [api DefaultAccumTag].
template <typename T1, typename T2> constexpr auto default_accum_tag() {
  if constexpr (is_float_v<T1> || is_float_v<T2>) {
    if constexpr (is_complex_v<T1> || is_complex_v<T2>)
      return caccfloat{};
    else
      return accfloat{};
  } else if constexpr (is_complex_v<T1> || is_complex_v<T2>) {
    return cacc64{};
  } else if constexpr (type_bits_v<T1> == 32 || type_bits_v<T2> == 32) {
    return acc64{};
  } else {
    return acc32{};
  }
}
template <typename T1, typename T2> using default_accum_tag_t = decltype(default_accum_tag<T1, T2>());

template <typename Tag, typename T1, typename T2> struct SelectAccumTag { using type = Tag; };
template <typename T1, typename T2> struct SelectAccumTag<accauto, T1, T2> {
  using type = default_accum_tag_t<T1, T2>;
};
/// Tag itself, or the default for T1 x T2 if Tag is accauto.
template <typename Tag, typename T1, typename T2> using select_accum_tag_t = typename SelectAccumTag<Tag, T1, T2>::type;

inline constexpr bool is_power_of_two(unsigned value) { return value != 0 && (value & (value - 1)) == 0; }

} // namespace detail

using AccumClass = detail::AccumClass;

} // namespace aie
