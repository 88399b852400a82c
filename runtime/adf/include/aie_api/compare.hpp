// Comparisons, selection, and the combinations of minimum and maximum.
#pragma once

#include <tuple>

#include "arithmetic.hpp"
#include "mask.hpp"

namespace aie {
namespace detail {

template <typename A, typename B, typename Predicate> auto compare_lanes(const A& a, const B& b, Predicate predicate) {
  check_elements<A, B>();
  using T = typename ResultElement<A, B>::type;
  mask<common_size_v<A, B>> out;
  const auto& x = as_operand<T>(a);
  const auto& y = as_operand<T>(b);
  for (unsigned i = 0; i < common_size_v<A, B>; ++i)
    out.assign(i, predicate(lane(x, i), lane(y, i)));
  return out;
}

} // namespace detail

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto lt(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::compare_lanes(a, b, [](auto x, auto y) { return x < y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto le(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::compare_lanes(a, b, [](auto x, auto y) { return x <= y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto gt(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::compare_lanes(a, b, [](auto x, auto y) { return x > y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto ge(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::compare_lanes(a, b, [](auto x, auto y) { return x >= y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto eq(const A& a, const B& b) {
  return detail::compare_lanes(a, b, [](auto x, auto y) { return x == y; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto neq(const A& a, const B& b) {
  return detail::compare_lanes(a, b, [](auto x, auto y) { return !(x == y); });
}
/// Whether all lanes are equal.
template <typename A, typename B>
requires detail::OperandPair<A, B>
bool equal(const A& a, const B& b) { return eq(a, b).full(); }
template <typename A, typename B>
requires detail::OperandPair<A, B>
bool not_equal(const A& a, const B& b) { return !equal(a, b); }

/// Lane i of a where bit i of the mask is 0, of b where it is 1.
template <typename A, typename B, unsigned Elems>
requires detail::OperandPair<A, B>
auto select(const A& a, const B& b, const mask<Elems>& m) {
  detail::check_elements<A, B>();
  static_assert(detail::common_size_v<A, B> == Elems, "select: mask and vectors of unequal size");
  using T = typename detail::ResultElement<A, B>::type;
  detail::result_vector_t<A, B> out;
  const auto& x = detail::as_operand<T>(a);
  const auto& y = detail::as_operand<T>(b);
  for (unsigned i = 0; i < Elems; ++i)
    out.set(detail::narrow<detail::lane_value_t<T>>(m.test(i) ? detail::lane(y, i) : detail::lane(x, i)), i);
  return out;
}

/// The same of two scalars.
template <typename T, unsigned Elems>
requires detail::is_element_v<T> vector<T, Elems> select(const T& a, const T& b, const mask<Elems>& m) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(m.test(i) ? b : a, i);
  return out;
}

/// max(a - b, 0), computed without overflow.
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto maxdiff(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::map_lanes(
      a, b, [](auto x, auto y) { return x > y ? detail::add_lane(x, detail::negate_lane(y)) : decltype(x)(0); });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto maxdiff(const A& a, const B& b, bool sign) { return maxdiff(op_sign(a, sign), op_sign(b, sign)); }
/// max with a mask of the lanes in which b was larger.
template <typename T, unsigned Elems> auto max_cmp(const vector<T, Elems>& a, const vector<T, Elems>& b) {
  return std::make_tuple(max(a, b), lt(a, b));
}
/// min with a mask of the lanes in which b was smaller.
template <typename T, unsigned Elems> auto min_cmp(const vector<T, Elems>& a, const vector<T, Elems>& b) {
  return std::make_tuple(min(a, b), gt(a, b));
}
template <typename T, unsigned Elems, typename Low, typename High>
auto clamp(const vector<T, Elems>& v, const Low& low, const High& high) {
  return min(max(v, low), high);
}

/// Whether some element equals `value`.
template <typename T, unsigned Elems> bool contains(detail::lane_value_t<T> value, const vector<T, Elems>& v) {
  for (unsigned i = 0; i < Elems; ++i)
    if (v.get(i) == value) return true;
  return false;
}

} // namespace aie
