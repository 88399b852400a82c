// Element-wise multiplication into accumulators: mul, mac, msc, negmul and the squares.
//
// Scalars are broadcast. Without an accumulator tag the default of the operand types is used [api DefaultAccumTag].
// Integer products and sums wrap modulo the accumulator's width.
#pragma once

#include "complex_lanes.hpp"
#include "operands.hpp"

namespace aie {
namespace detail {

/// acc + sign * a * b on one accumulator lane.
template <int Sign, typename Lane, typename A, typename B>
[[gnu::always_inline]] inline void multiply_add(Lane& acc, A a, B b) {
  if constexpr (std::is_same_v<Lane, float>) {
    // The product is exact in double, so the host's choice to fuse does not show.
    acc = static_cast<float>(acc + Sign * (static_cast<double>(a) * static_cast<double>(b)));
  } else if constexpr (std::is_integral_v<Lane>) {
    using Unsigned = std::make_unsigned_t<Lane>;
    const Unsigned product = static_cast<Unsigned>(a) * static_cast<Unsigned>(b);
    acc = static_cast<Lane>(Sign > 0 ? static_cast<Unsigned>(acc) + product : static_cast<Unsigned>(acc) - product);
  } else {
    complex_multiply_add<Sign>(acc, a, b);
  }
}

/// Pairs of elements that the generations multiply [api detail/mul.hpp is_valid_mul_op].
template <typename A, typename B> constexpr bool is_product() {
  if constexpr (!is_element_v<A> || !is_element_v<B>) {
    return false;
  } else if constexpr (is_float_v<A> || is_float_v<B>) {
    constexpr auto family = []<typename T>(T) { // brain floats mix with complex ones and with float16
      return std::is_same_v<T, float8>                               ? 1
             : std::is_same_v<T, bfloat8>                            ? 2
             : std::is_same_v<T, float> || std::is_same_v<T, cfloat> ? 3
                                                                     : 4;
    };
    constexpr bool half = std::is_same_v<A, float16> || std::is_same_v<B, float16>;
    return is_float_v<A> && is_float_v<B> && family(A()) == family(B()) &&
           !(half && (is_complex_v<A> || is_complex_v<B>));
  } else if constexpr (is_complex_v<A> || is_complex_v<B>) {
    return type_bits_v<A> >= 16 && type_bits_v<B> >= 16;
  } else {
    return type_bits_v<A> <= 2 * type_bits_v<B> && type_bits_v<B> <= 2 * type_bits_v<A>;
  }
}

template <typename Tag, typename A, typename B>
using product_accum_t =
    accum<select_accum_tag_t<Tag, typename OperandTraits<A>::element, typename OperandTraits<B>::element>,
          common_size_v<A, B>>;

template <int Sign, typename Acc, typename A, typename B>
[[gnu::always_inline]] inline void accumulate_products(Acc& acc, const A& a, const B& b) {
  static_assert(is_product<typename ExactElement<A>::type, typename ExactElement<B>::type>(),
                "the generations do not multiply elements of these types");
  // One instruction for each register of accumulators; 32-bit lanes take products of halves.
  if constexpr (!is_float_v<typename OperandTraits<A>::element>) {
    constexpr bool wide = type_bits_v < typename OperandTraits<A>::element >> 16 ||
                          type_bits_v < typename OperandTraits<B>::element >> 16;
    tilewright::adf::count(tilewright::adf::Slot::multiply,
                           (wide ? 4 : 1) * tilewright::adf::instructions_for(
                                                Acc::bits() / 8, tilewright::adf::accumulator_register_bytes));
  }
  auto* lanes = acc.data();
  for (unsigned i = 0; i < Acc::size(); ++i)
    multiply_add<Sign>(lanes[i], lane(a, i), lane(b, i));
}

template <typename Acc> Acc zero_accum() {
  Acc acc;
  std::memset(static_cast<void*>(acc.data()), 0, sizeof(Acc));
  return acc;
}

/// The accumulator an operation starts from, with its modifier applied.
template <typename Tag, unsigned N> const accum<Tag, N>& start_value(const accum<Tag, N>& acc) { return acc; }
template <typename Acc> const Acc& start_value(const OpAdd<Acc>& op) { return op.value; }
template <typename Acc> Acc start_value(const OpZero<Acc>& op) { return op.zero ? zero_accum<Acc>() : op.value; }

template <typename X> struct AccumOperand { static constexpr bool valid = false; };
template <typename Tag, unsigned N> struct AccumOperand<accum<Tag, N>> {
  static constexpr bool valid = true;
  static constexpr int sign = 1;
  using type = accum<Tag, N>;
};
template <typename Acc> struct AccumOperand<OpAdd<Acc>> : AccumOperand<Acc> {};
template <typename Acc> struct AccumOperand<OpZero<Acc>> : AccumOperand<Acc> {};

/// An accumulator, bare or inside op_add or op_zero.
template <typename X>
concept AccumulatorOperand = AccumOperand<X>::valid;

} // namespace detail

/// a * b
template <typename AccumTag = accauto, typename A, typename B>
requires detail::OperandPair<A, B>
auto mul(const A& a, const B& b) {
  auto acc = detail::zero_accum<detail::product_accum_t<AccumTag, A, B>>();
  detail::accumulate_products<1>(acc, a, b);
  return acc;
}

/// -(a * b)
template <typename AccumTag = accauto, typename A, typename B>
requires detail::OperandPair<A, B>
auto negmul(const A& a, const B& b) {
  auto acc = detail::zero_accum<detail::product_accum_t<AccumTag, A, B>>();
  detail::accumulate_products<-1>(acc, a, b);
  return acc;
}

/// acc + a * b
template <detail::AccumulatorOperand Acc, typename A, typename B>
requires detail::OperandPair<A, B>
auto mac(const Acc& acc, const A& a, const B& b) {
  static_assert(detail::AccumOperand<Acc>::type::size() == detail::common_size_v<A, B>,
                "mac: operands of unequal size");
  typename detail::AccumOperand<Acc>::type out = detail::start_value(acc);
  detail::accumulate_products<1>(out, a, b);
  return out;
}

/// acc - a * b
template <detail::AccumulatorOperand Acc, typename A, typename B>
requires detail::OperandPair<A, B>
auto msc(const Acc& acc, const A& a, const B& b) {
  static_assert(detail::AccumOperand<Acc>::type::size() == detail::common_size_v<A, B>,
                "msc: operands of unequal size");
  typename detail::AccumOperand<Acc>::type out = detail::start_value(acc);
  detail::accumulate_products<-1>(out, a, b);
  return out;
}

template <typename AccumTag = accauto, typename T, unsigned Elems> auto mul_square(const vector<T, Elems>& v) {
  return mul<AccumTag>(v, v);
}
template <typename Acc, typename T, unsigned Elems> auto mac_square(const Acc& acc, const vector<T, Elems>& v) {
  return mac(acc, v, v);
}
template <typename Acc, typename T, unsigned Elems> auto msc_square(const Acc& acc, const vector<T, Elems>& v) {
  return msc(acc, v, v);
}

} // namespace aie
