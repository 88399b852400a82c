// One view of the operands of element-wise functions: a vector, a scalar that is broadcast, or either inside op_sign.
#pragma once

#include "accum.hpp"
#include "operators.hpp"
#include "vector.hpp"

namespace aie::detail {

/// Plain integer literals and variables count as scalars of the closest element type.
template <typename T> constexpr auto scalar_element() {
  using U = std::remove_cvref_t<T>;
  if constexpr (is_element_v<U>)
    return U{};
  else if constexpr (std::is_same_v<U, double>)
    return float{};
  else if constexpr (std::is_integral_v<U> && std::is_unsigned_v<U>)
    return uint32{};
  else if constexpr (std::is_integral_v<U> || std::is_enum_v<U>)
    return int32{};
}
template <typename T> inline constexpr bool is_scalar_v = !std::is_void_v<decltype(scalar_element<T>())>;

template <typename X>
concept ScalarOperandType = is_scalar_v<X>;

template <typename X> struct OperandTraits {
  static constexpr bool valid = is_scalar_v<X>;
  static constexpr bool is_vector = false;
  static constexpr unsigned size = 0;
  using element = decltype(scalar_element<X>());
};
template <typename T, unsigned Elems> struct OperandTraits<vector<T, Elems>> {
  static constexpr bool valid = true;
  static constexpr bool is_vector = true;
  static constexpr unsigned size = Elems;
  using element = T;
};
template <typename X> struct OperandTraits<OpSign<X>> : OperandTraits<X> {};
template <typename X> struct OperandTraits<OpNeg<X>> : OperandTraits<X> {};
template <typename X> struct OperandTraits<OpAbs<X>> : OperandTraits<X> {};
template <typename X> struct OperandTraits<OpConj<X>> : OperandTraits<X> {};

template <typename A, typename B>
inline constexpr unsigned common_size_v =
    OperandTraits<A>::size > OperandTraits<B>::size ? OperandTraits<A>::size : OperandTraits<B>::size;

/// At least one vector, and two vectors of equal size.
template <typename A, typename B>
concept OperandPair = OperandTraits<A>::valid && OperandTraits<B>::valid &&
                      (OperandTraits<A>::is_vector || OperandTraits<B>::is_vector) &&
                      (!OperandTraits<A>::is_vector || !OperandTraits<B>::is_vector ||
                       OperandTraits<A>::size == OperandTraits<B>::size);

/// AMD's headers combine vectors of one element type, and vectors with scalars of exactly that type
/// [api aie.hpp is_same_vector, is_valid_elem_op].
template <typename X> struct ExactElement { using type = typename OperandTraits<X>::element; };
template <ScalarOperandType X> struct ExactElement<X> { using type = X; };
template <typename A, typename B> constexpr void check_elements() {
  static_assert(std::is_same_v<typename ExactElement<A>::type, typename ExactElement<B>::type>,
                "operands need the same element type, scalars included");
}
/// The same for operations that need an order.
template <typename A, typename B> constexpr void check_ordered_elements() {
  check_elements<A, B>();
  static_assert(!is_complex_v<typename OperandTraits<A>::element>, "complex elements have no order");
}

template <typename T>
using signed_or_same_t =
    typename std::conditional_t<std::is_integral_v<T>, std::make_signed<T>, std::type_identity<T>>::type;
template <typename T>
using unsigned_or_same_t =
    typename std::conditional_t<std::is_integral_v<T>, std::make_unsigned<T>, std::type_identity<T>>::type;

/// Lane `index` of an operand in an arithmetic type: int64 for integers, float for floats, itself for complex types.
template <typename T> constexpr auto widen(T value) {
  if constexpr (std::is_same_v<T, cbfloat16>)
    return static_cast<cfloat>(value);
  else if constexpr (is_narrow_float<T>())
    return static_cast<float>(value);
  else if constexpr (std::is_integral_v<T>)
    return static_cast<std::int64_t>(value);
  else
    return value;
}
template <typename T, unsigned Elems>
[[gnu::always_inline]] inline auto lane(const vector<T, Elems>& v, unsigned index) {
  if constexpr (is_nibble_v<T>)
    return static_cast<std::int64_t>(v.get(index));
  else
    return widen(v.data()[index]);
}
template <ScalarOperandType X> [[gnu::always_inline]] inline auto lane(const X& value, unsigned) {
  return widen(static_cast<decltype(scalar_element<X>())>(value));
}
template <typename X> [[gnu::always_inline]] inline auto lane(const OpSign<X>& operand, unsigned index) {
  const auto value = lane(operand.value, index);
  using Element = typename OperandTraits<X>::element;
  static_assert(is_integer_v<Element> && !is_complex_v<Element>, "op_sign needs real integer elements");
  constexpr std::int64_t mask = (std::int64_t(1) << type_bits_v<Element>)-1;
  const std::int64_t raw = value & mask;
  return operand.is_signed && (raw >> (type_bits_v<Element> - 1)) != 0 ? raw - mask - 1 : raw;
}
template <typename X> [[gnu::always_inline]] inline auto lane(const OpNeg<X>& operand, unsigned index) {
  return -lane(operand.value, index);
}

template <typename X> [[gnu::always_inline]] inline auto lane(const OpAbs<X>& operand, unsigned index) {
  const auto value = lane(operand.value, index);
  return value < 0 ? -value : value;
}
template <typename X> [[gnu::always_inline]] inline auto lane(const OpConj<X>& operand, unsigned index) {
  auto value = lane(operand.value, index);
  value.imag = -value.imag;
  return value;
}

} // namespace aie::detail
