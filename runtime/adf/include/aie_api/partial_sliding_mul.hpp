// A sliding multiplication whose sum grows over several calls, and that a cascade may hand on.
#pragma once

#include "complex_functions.hpp"
#include "sliding_mul.hpp"
#include "stream_operators.hpp"

namespace aie {

template <unsigned Lanes, unsigned Points, int CoeffStep, int DataStepX, int DataStepY, typename CoeffType,
          typename DataType, typename AccumTag = accauto>
class partial_sliding_mul {
  using ops = sliding_mul_ops<Lanes, Points, CoeffStep, DataStepX, DataStepY, CoeffType, DataType, AccumTag>;

public:
  using accum_type = typename ops::accum_type;
  using real_accum_type = std::conditional_t<accum_type::is_complex(), accum<acc64, Lanes>, accum_type>;

  /// Zero.
  partial_sliding_mul() : sum_(detail::zero_accum<accum_type>()) {}
  explicit partial_sliding_mul(const accum_type& acc) : sum_(acc) {}
  /// Real and imaginary parts apart.
  explicit partial_sliding_mul(const std::array<real_accum_type, 2>& parts) requires(accum_type::is_complex())
      : sum_(detail::combine_into_complex(parts[0], parts[1])) {}

  template <unsigned NC, unsigned ND>
  void mul(const vector<CoeffType, NC>& coeff, unsigned coeff_start, const vector<DataType, ND>& data,
           unsigned data_start) {
    sum_ = ops::mul(coeff, coeff_start, data, data_start);
  }
  template <unsigned NC, unsigned ND>
  void mac(const vector<CoeffType, NC>& coeff, unsigned coeff_start, const vector<DataType, ND>& data,
           unsigned data_start) {
    sum_ = ops::mac(sum_, coeff, coeff_start, data, data_start);
  }

  accum_type to_accum() const { return sum_; }
  std::array<real_accum_type, 2> to_accum_components() const requires(accum_type::is_complex()) {
    const auto [re, im] = detail::unzip_complex(sum_);
    return {re, im};
  }
  template <typename T> vector<T, Lanes> to_vector(int shift = 0) const { return sum_.template to_vector<T>(shift); }
  template <typename T>
  std::array<vector<T, Lanes>, 2> to_vector_components(int shift = 0) const requires(accum_type::is_complex()) {
    const auto [re, im] = to_accum_components();
    return {re.template to_vector<T>(shift), im.template to_vector<T>(shift)};
  }

  template <typename T> friend input_cascade<T>& operator>>(input_cascade<T>& cascade, partial_sliding_mul& value) {
    return cascade >> value.sum_;
  }
  template <typename T>
  friend output_cascade<T>& operator<<(output_cascade<T>& cascade, const partial_sliding_mul& value) {
    return cascade << value.sum_;
  }

private:
  accum_type sum_;
};

} // namespace aie
