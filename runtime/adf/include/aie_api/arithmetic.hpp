// Element-wise addition, subtraction, negation, absolute value, minimum and maximum.
//
// Integers are modular; float lanes follow IEEE; narrower floats are computed in float32 and rounded in the tile's
// mode.
#pragma once

#include "multiply.hpp"
#include "operands.hpp"

namespace aie {
namespace detail {

/// Stores an arithmetic result (see lane) back into a lane of T.
template <typename T, typename W> [[gnu::always_inline]] inline T narrow(W value) {
  if constexpr (std::is_same_v<W, cfloat>)
    return round_float<T>(value);
  else if constexpr (is_narrow_float<T>())
    return round_float<T>(static_cast<float>(value));
  else
    return static_cast<T>(value);
}

/// Element type of a result: the vector operand's, whatever the scalar's.
template <typename A, typename B> struct ResultElement {
  using type = typename OperandTraits<std::conditional_t<OperandTraits<A>::is_vector, A, B>>::element;
};
template <typename A, typename B>
using result_vector_t = vector<typename ResultElement<A, B>::type, common_size_v<A, B>>;

/// A scalar operand takes the element type of the vector it meets.
template <typename T, typename X> decltype(auto) as_operand(const X& x) {
  if constexpr (OperandTraits<X>::is_vector || is_nibble_v<T>)
    return (x);
  else
    return static_cast<T>(x);
}

template <typename A, typename B, typename Function>
[[gnu::always_inline]] inline auto map_lanes(const A& a, const B& b, Function function) {
  using Out = result_vector_t<A, B>;
  using T = typename Out::value_type;
  tilewright::adf::count(tilewright::adf::Slot::vector_alu,
                         tilewright::adf::instructions_for(Out::bytes(), tilewright::adf::vector_register_bytes));
  Out out;
  const auto& x = as_operand<T>(a);
  const auto& y = as_operand<T>(b);
  for (unsigned i = 0; i < Out::size(); ++i) {
    if constexpr (is_nibble_v<T>)
      out[i] = static_cast<int>(function(lane(x, i), lane(y, i)));
    else
      out.data()[i] = narrow<T>(function(lane(x, i), lane(y, i)));
  }
  return out;
}

template <typename A, typename B> constexpr auto add_lane(A a, B b) {
  if constexpr (std::is_integral_v<A>)
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else if constexpr (requires { a.real; })
    return A(static_cast<decltype(a.real)>(add_lane(widen(a.real), widen(b.real))),
             static_cast<decltype(a.real)>(add_lane(widen(a.imag), widen(b.imag))));
  else
    return a + b;
}
template <typename A> constexpr A negate_lane(A a) {
  if constexpr (std::is_integral_v<A>)
    return static_cast<A>(0 - static_cast<std::make_unsigned_t<A>>(a));
  else if constexpr (requires { a.real; })
    return A(negate_lane(a.real), negate_lane(a.imag));
  else
    return -a;
}

template <typename Acc, typename Lane> void add_to_lanes(Acc& acc, const Lane* other, bool subtract) {
  tilewright::adf::count(
      tilewright::adf::Slot::multiply,
      tilewright::adf::instructions_for(Acc::bits() / 8, tilewright::adf::accumulator_register_bytes));
  for (unsigned i = 0; i < Acc::size(); ++i) {
    if constexpr (std::is_integral_v<Lane>) {
      using Unsigned = std::make_unsigned_t<Lane>;
      const Unsigned a = static_cast<Unsigned>(acc.data()[i]), b = static_cast<Unsigned>(other[i]);
      acc.data()[i] = static_cast<Lane>(subtract ? a - b : a + b);
    } else if constexpr (std::is_same_v<Lane, complex_int64>) {
      const complex_int64 b =
          subtract ? complex_int64{negate_lane(other[i].real), negate_lane(other[i].imag)} : other[i];
      acc.data()[i] = {add_lane(acc.data()[i].real, b.real), add_lane(acc.data()[i].imag, b.imag)};
    } else {
      acc.data()[i] = add_lane(acc.data()[i], subtract ? negate_lane(other[i]) : other[i]);
    }
  }
}

template <typename X>
concept Addend = is_accum_v<X> || OperandTraits<X>::valid;

/// An addend of an accumulator: another accumulator, or a vector or scalar brought up with shift 0.
template <typename Acc, typename X> Acc as_accum(const X& x) {
  if constexpr (is_accum_v<X>) {
    return Acc(x);
  } else if constexpr (is_vector_v<X>) {
    return Acc(x);
  } else {
    vector<decltype(scalar_element<X>()), Acc::size()> v;
    for (unsigned i = 0; i < Acc::size(); ++i)
      v.set(x, i);
    return Acc(v);
  }
}

} // namespace detail

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto add(const A& a, const B& b) {
  detail::check_elements<A, B>();
  return detail::map_lanes(a, b, [](auto x, auto y) { return detail::add_lane(x, y); });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto sub(const A& a, const B& b) {
  detail::check_elements<A, B>();
  return detail::map_lanes(a, b, [](auto x, auto y) { return detail::add_lane(x, detail::negate_lane(y)); });
}

/// Accumulator plus accumulator, vector or scalar; wraps.
template <detail::AccumulatorOperand Acc, detail::Addend X> auto add(const Acc& acc, const X& x) {
  typename detail::AccumOperand<Acc>::type out = detail::start_value(acc);
  detail::add_to_lanes(out, detail::as_accum<typename detail::AccumOperand<Acc>::type>(x).data(), false);
  return out;
}
template <detail::AccumulatorOperand Acc, detail::Addend X> auto sub(const Acc& acc, const X& x) {
  typename detail::AccumOperand<Acc>::type out = detail::start_value(acc);
  detail::add_to_lanes(out, detail::as_accum<typename detail::AccumOperand<Acc>::type>(x).data(), true);
  return out;
}

template <typename A, typename B>
requires detail::OperandPair<A, B>
auto max(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::map_lanes(a, b, [](auto x, auto y) { return x < y ? y : x; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto min(const A& a, const B& b) {
  detail::check_ordered_elements<A, B>();
  return detail::map_lanes(a, b, [](auto x, auto y) { return y < x ? y : x; });
}

/// The same of integers read as signed or unsigned ones, whatever their type says.
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto max(const A& a, const B& b, bool sign) {
  detail::check_ordered_elements<A, B>();
  return detail::map_lanes(op_sign(a, sign), op_sign(b, sign), [](auto x, auto y) { return x < y ? y : x; });
}
template <typename A, typename B>
requires detail::OperandPair<A, B>
auto min(const A& a, const B& b, bool sign) {
  detail::check_ordered_elements<A, B>();
  return detail::map_lanes(op_sign(a, sign), op_sign(b, sign), [](auto x, auto y) { return y < x ? y : x; });
}
/// Operands of products; hardware may fold them in.
template <typename A, typename B> auto op_max(const A& a, const B& b) { return max(a, b); }
template <typename A, typename B> auto op_min(const A& a, const B& b) { return min(a, b); }

template <typename T, unsigned Elems> vector<T, Elems> neg(const vector<T, Elems>& v) {
  return detail::map_lanes(v, v, [](auto x, auto) { return detail::negate_lane(x); });
}
template <typename Tag, unsigned Elems> accum<Tag, Elems> neg(const accum<Tag, Elems>& acc) {
  auto out = detail::zero_accum<accum<Tag, Elems>>();
  detail::add_to_lanes(out, acc.data(), true);
  return out;
}
/// Absolute value; the most negative integer stays itself.
template <typename T, unsigned Elems> vector<T, Elems> abs(const vector<T, Elems>& v) {
  return detail::map_lanes(v, v, [](auto x, auto) { return x < 0 ? detail::negate_lane(x) : x; });
}

} // namespace aie
