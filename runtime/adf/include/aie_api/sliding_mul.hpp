// Multiplications with sliding windows over coefficients and data, and weighted sums of vectors.
//
// out[l] = sum over p of coeff[start + p * CoeffStep] * data[start + l * DataStepY + p * DataStepX], indices modulo the
// size of the vectors [api sliding_mul.hpp]. Which combinations of lanes and points are legal is not checked yet.
#pragma once

#include "multiply.hpp"

namespace aie {

template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepX, int DataStepY, typename CoeffType,
          typename DataType, typename AccumTag = accauto>
struct sliding_mul_ops {
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
template <unsigned Lanes, typename AccumTag = accauto, typename C, unsigned NC, typename D, typename... Next>
auto accumulate(const vector<C, NC>& coeff, unsigned coeff_start, const vector<D, Lanes>& data, const Next&... next) {
  using Acc = accum<detail::select_accum_tag_t<AccumTag, C, D>, Lanes>;
  return accumulate<Lanes>(detail::zero_accum<Acc>(), coeff, coeff_start, data, next...);
}

} // namespace aie
