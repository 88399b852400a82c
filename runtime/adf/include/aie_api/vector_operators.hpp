// The arithmetic, comparison and bit operators, in a namespace of their own: `using namespace aie::operators`.
#pragma once

#include "compare.hpp"
#include "multiply.hpp"
#include "shift.hpp"

namespace aie::operators {

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator+(const A& a, const B& b) { return add(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator-(const A& a, const B& b) { return sub(a, b); }
template <typename Tag, unsigned Elems> auto operator+(const accum<Tag, Elems>& a, const accum<Tag, Elems>& b) {
  return add(a, b);
}
template <typename Tag, unsigned Elems> auto operator-(const accum<Tag, Elems>& a, const accum<Tag, Elems>& b) {
  return sub(a, b);
}
template <typename T, unsigned Elems> auto operator-(const vector<T, Elems>& v) { return neg(v); }
/// An accumulator, as from mul().
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator*(const A& a, const B& b) { return mul(a, b); }

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator<(const A& a, const B& b) { return lt(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator<=(const A& a, const B& b) { return le(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator>(const A& a, const B& b) { return gt(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator>=(const A& a, const B& b) { return ge(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator==(const A& a, const B& b) { return eq(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator!=(const A& a, const B& b) { return neq(a, b); }

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator&(const A& a, const B& b) { return bit_and(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator|(const A& a, const B& b) { return bit_or(a, b); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto operator^(const A& a, const B& b) { return bit_xor(a, b); }
template <typename T, unsigned Elems> auto operator~(const vector<T, Elems>& v) { return bit_not(v); }
template <typename T, unsigned Elems> auto operator<<(const vector<T, Elems>& v, unsigned shift) {
  return upshift(v, shift);
}
template <typename T, unsigned Elems> auto operator>>(const vector<T, Elems>& v, unsigned shift) {
  return downshift(v, shift);
}

} // namespace aie::operators
