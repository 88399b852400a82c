// Multiplications with sliding windows over coefficients and data, and weighted sums of vectors.
//
// out[l] = sum over p of coeff[start + p * CoeffStep] * data[start + l * DataStepY + p * DataStepX], indices modulo the
// size of the vectors [api sliding_mul.hpp]. Legal is what AMD's headers of the 2026.1 release compile: found by
// instantiating 4 to 64 lanes, 1 to 8 points and steps of 1 to 3 for every pair of types against them.
#pragma once

#include <array>

#include "multiply.hpp"

namespace aie {
namespace detail {

/// Pairs of equal class; int8 goes with int8 only, bfloat16 and float with themselves.
template <typename C, typename D> constexpr bool is_sliding_pair() {
  if constexpr (is_nibble_v<C> || is_nibble_v<D> || is_float_v<C> || is_float_v<D>)
    return std::is_same_v<C, D> && (std::is_same_v<C, bfloat16> || std::is_same_v<C, float>);
  else
    return (type_bits_v<C> == 8) == (type_bits_v<D> == 8);
}

/// Points come in fours where the accumulator has 64 bits, except where the generation multiplies one point at a time.
template <typename C, typename D> constexpr bool takes_points_in_fours(unsigned accumulator_bits) {
  if constexpr (is_float_v<C> || type_bits_v<C> == 8) {
    return false;
  } else {
    constexpr bool complex = is_complex_v<C> || is_complex_v<D>;
    constexpr unsigned bits = type_bits_v<C> + type_bits_v<D>;
    constexpr bool short_parts =
        !complex ? bits == 32 : is_complex_v<C> != is_complex_v<D> && bits == 48; // cint16 with int16
    if (!complex && bits == 32 && accumulator_bits <= 32) return false;
    if (__AIE_ARCH__ != 20) return short_parts;
    return !(is_complex_v<C> && is_complex_v<D> && bits > 64);
  }
}

} // namespace detail

template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepX, int DataStepY, typename CoeffType,
          typename DataType, typename AccumTag = accauto>
struct sliding_mul_ops {
  static_assert(detail::is_sliding_pair<CoeffType, DataType>(),
                "aie::sliding_mul: not a pair of types of this generation");
  static_assert(detail::is_power_of_two(Lanes) && Lanes >= 4 &&
                    Lanes <= (__AIE_ARCH__ == 22 && std::is_same_v<CoeffType, float> && CoeffStep == 1 ? 32 : 64),
                "aie::sliding_mul: this generation has no such number of lanes");
  static_assert(CoeffStep == 1 || CoeffStep == 2, "aie::sliding_mul: CoeffStep is 1 or 2");
  static_assert((DataStepX == DataStepY && (DataStepX == 1 || DataStepX == 2)) ||
                    (DataStepX == 16 && DataStepY == 1 && detail::type_bits_v<CoeffType> == 16),
                "aie::sliding_mul: DataStepX and DataStepY are equal, 1 or 2");
  static_assert(Points % 4 == 0 ||
                    !detail::takes_points_in_fours<CoeffType, DataType>(
                        detail::AccumTraits<detail::select_accum_tag_t<AccumTag, CoeffType, DataType>>::value_bits),
                "aie::sliding_mul: with accumulators of 64 bits the points come in fours");

  using accum_type = accum<detail::select_accum_tag_t<AccumTag, CoeffType, DataType>, Lanes>;
  using coeff_type = CoeffType;
  using data_type = DataType;
  static constexpr unsigned lanes = Lanes;
  static constexpr unsigned points = Points;

  template <unsigned NC, unsigned ND>
  static accum_type mul(const vector<CoeffType, NC>& coeff, unsigned coeff_start, const vector<DataType, ND>& data,
                        unsigned data_start) {
    return accumulate<1>(detail::zero_accum<accum_type>(), coeff, coeff_start, data, data_start);
  }
  template <unsigned NC, unsigned ND>
  static accum_type negmul(const vector<CoeffType, NC>& coeff, unsigned coeff_start, const vector<DataType, ND>& data,
                           unsigned data_start) {
    return accumulate<-1>(detail::zero_accum<accum_type>(), coeff, coeff_start, data, data_start);
  }
  template <typename Acc, unsigned NC, unsigned ND>
  static accum_type mac(const Acc& acc, const vector<CoeffType, NC>& coeff, unsigned coeff_start,
                        const vector<DataType, ND>& data, unsigned data_start) {
    return accumulate<1>(detail::start_value(acc), coeff, coeff_start, data, data_start);
  }

private:
  template <int Sign, unsigned NC, unsigned ND>
  static accum_type accumulate(accum_type acc, const vector<CoeffType, NC>& coeff, unsigned coeff_start,
                               const vector<DataType, ND>& data, unsigned data_start) {
    for (unsigned l = 0; l < Lanes; ++l)
      for (unsigned p = 0; p < Points; ++p)
        detail::multiply_add<Sign>(acc.data()[l],
                                   detail::lane(coeff, wrap<NC>(coeff_start, static_cast<int>(p) * CoeffStep)),
                                   detail::lane(data, wrap<ND>(data_start, static_cast<int>(l) * DataStepY +
                                                                               static_cast<int>(p) * DataStepX)));
    return acc;
  }
  template <unsigned Size> static unsigned wrap(unsigned start, int step) {
    return (start + static_cast<unsigned>(step)) % Size; // Size is a power of two, so unsigned arithmetic wraps right.
  }
};

template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepX, typename CoeffType, typename DataType,
          typename AccumTag = accauto>
using sliding_mul_x_ops = sliding_mul_ops<Lanes, Points, CoeffStep, DataStepX, 1, CoeffType, DataType, AccumTag>;
template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepY, typename CoeffType, typename DataType,
          typename AccumTag = accauto>
using sliding_mul_y_ops = sliding_mul_ops<Lanes, Points, CoeffStep, 1, DataStepY, CoeffType, DataType, AccumTag>;
template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepXY, typename CoeffType, typename DataType,
          typename AccumTag = accauto>
using sliding_mul_xy_ops =
    sliding_mul_ops<Lanes, Points, CoeffStep, DataStepXY, DataStepXY, CoeffType, DataType, AccumTag>;

template <unsigned Lanes, unsigned Points, int CoeffStep = 1, int DataStepX = 1, int DataStepY = DataStepX,
          typename AccumTag = accauto, typename C, unsigned NC, typename D, unsigned ND>
auto sliding_mul(const vector<C, NC>& coeff, unsigned coeff_start, const vector<D, ND>& data, unsigned data_start) {
  return sliding_mul_ops<Lanes, Points, CoeffStep, DataStepX, DataStepY, C, D, AccumTag>::mul(coeff, coeff_start, data,
                                                                                              data_start);
}
template <unsigned Lanes, unsigned Points, int CoeffStep = 1, int DataStepX = 1, int DataStepY = DataStepX,
          detail::AccumulatorOperand Acc, typename C, unsigned NC, typename D, unsigned ND>
auto sliding_mac(const Acc& acc, const vector<C, NC>& coeff, unsigned coeff_start, const vector<D, ND>& data,
                 unsigned data_start) {
  using Tag = typename detail::AccumOperand<Acc>::type::value_type;
  return sliding_mul_ops<Lanes, Points, CoeffStep, DataStepX, DataStepY, C, D, Tag>::mac(acc, coeff, coeff_start, data,
                                                                                         data_start);
}

/// acc + coeff[start] * data + coeff[start + 1] * next + ...
template <unsigned Lanes, detail::AccumulatorOperand Acc, typename C, unsigned NC, typename D, typename... Next>
auto accumulate(const Acc& acc, const vector<C, NC>& coeff, unsigned coeff_start, const vector<D, Lanes>& data,
                const Next&... next) {
  typename detail::AccumOperand<Acc>::type out = detail::start_value(acc);
  unsigned index = coeff_start;
  out = mac(out, data, C(coeff.get(index++ % NC)));
  ((out = mac(out, next, C(coeff.get(index++ % NC)))), ...);
  return out;
}
template <unsigned Lanes, detail::AccumulatorOperand Acc, typename C, unsigned NC, typename D, std::size_t Count>
auto accumulate(const Acc& acc, const vector<C, NC>& coeff, unsigned coeff_start,
                const std::array<vector<D, Lanes>, Count>& data) {
  typename detail::AccumOperand<Acc>::type out = detail::start_value(acc);
  for (unsigned i = 0; i < Count; ++i)
    out = mac(out, data[i], C(coeff.get((coeff_start + i) % NC)));
  return out;
}
template <unsigned Lanes, typename AccumTag = accauto, typename C, unsigned NC, typename D, typename... Next>
auto accumulate(const vector<C, NC>& coeff, unsigned coeff_start, const vector<D, Lanes>& data, const Next&... next) {
  using Acc = accum<detail::select_accum_tag_t<AccumTag, C, D>, Lanes>;
  return accumulate<Lanes>(detail::zero_accum<Acc>(), coeff, coeff_start, data, next...);
}

} // namespace aie
