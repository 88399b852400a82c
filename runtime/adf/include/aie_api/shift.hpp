// Shifts and bit operations on vectors, and saturating addition.
//
// upshift and downshift pass through an accumulator, 64-bit for 32-bit elements: they round and saturate in the tile's
// modes, so downshift is an arithmetic shift only under floor [api aie.hpp upshift, downshift].
#pragma once

#include "arithmetic.hpp"

namespace aie {
namespace detail {

template <typename T>
using shift_tag_t = std::conditional_t<is_complex_v<T>, cacc64, std::conditional_t<type_bits_v<T> == 32, acc64, acc32>>;

template <typename A, typename B, typename Function> auto map_bits(const A& a, const B& b, Function function) {
  return map_lanes(a, b, [&](std::int64_t x, std::int64_t y) {
    return static_cast<std::int64_t>(function(static_cast<std::uint64_t>(x), static_cast<std::uint64_t>(y)));
  });
}

} // namespace detail

template <typename T, unsigned Elems> vector<T, Elems> upshift(const vector<T, Elems>& v, unsigned shift) {
  return accum<detail::shift_tag_t<T>, Elems>(v, static_cast<int>(shift)).template to_vector<T>(0);
}
template <typename T, unsigned Elems> vector<T, Elems> downshift(const vector<T, Elems>& v, unsigned shift) {
  return accum<detail::shift_tag_t<T>, Elems>(v).template to_vector<T>(static_cast<int>(shift));
}
/// Shift of the bit pattern, zeros from the left.
template <typename T, unsigned Elems> vector<T, Elems> logical_downshift(const vector<T, Elems>& v, unsigned shift) {
  constexpr std::uint64_t mask = (std::uint64_t(1) << detail::type_bits_v<T>)-1;
  return detail::map_bits(v, v, [&](std::uint64_t x, std::uint64_t) { return (x & mask) >> shift; });
}

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto bit_and(const A& a, const B& b) {
  detail::check_elements<A, B>();
  return detail::map_bits(a, b, [](std::uint64_t x, std::uint64_t y) { return x & y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto bit_or(const A& a, const B& b) {
  detail::check_elements<A, B>();
  return detail::map_bits(a, b, [](std::uint64_t x, std::uint64_t y) { return x | y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto bit_xor(const A& a, const B& b) {
  detail::check_elements<A, B>();
  return detail::map_bits(a, b, [](std::uint64_t x, std::uint64_t y) { return x ^ y; });
}
template <typename T, unsigned Elems> vector<T, Elems> bit_not(const vector<T, Elems>& v) {
  return detail::map_bits(v, v, [](std::uint64_t x, std::uint64_t) { return ~x; });
}

/// a + b in an accumulator, brought back in the tile's saturation mode [api aie.hpp saturating_add].
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto saturating_add(const A& a, const B& b) {
  detail::check_elements<A, B>();
  static_assert(detail::is_integer_v<typename detail::OperandTraits<A>::element>, "saturating_add: integers only");
  using T = typename detail::ResultElement<A, B>::type;
  using Acc = accum<detail::shift_tag_t<T>, detail::common_size_v<A, B>>;
  return add(detail::as_accum<Acc>(detail::as_operand<T>(a)), detail::as_operand<T>(b)).template to_vector<T>(0);
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto saturating_sub(const A& a, const B& b) {
  detail::check_elements<A, B>();
  static_assert(detail::is_integer_v<typename detail::OperandTraits<A>::element>, "saturating_sub: integers only");
  using T = typename detail::ResultElement<A, B>::type;
  using Acc = accum<detail::shift_tag_t<T>, detail::common_size_v<A, B>>;
  return sub(detail::as_accum<Acc>(detail::as_operand<T>(a)), detail::as_operand<T>(b)).template to_vector<T>(0);
}

} // namespace aie
