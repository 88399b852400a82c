// Decimation-in-time FFT stages [api fft.hpp, detail/aie2/fft_dit_radix2.hpp, fft_dit_radix4.hpp]; the butterflies of
// radix 3 and 5 are in fft_odd_radix.hpp.
//
// With V the vectorization and b = 0, 1, ... the index of a butterfly group, lane l = 0 .. V-1:
//   radix 2: p = x[2bV + l], q = w[b] * x[2bV + V + l];              out[bV + l] = p + q, out[n/2 + bV + l] = p - q
//   radix 4: p, q, r, s from x[4bV + kV + l], k = 0 .. 3, times 1, w1[b], w0[b], w2[b];
//            out[k n/4 + bV + l] = p + (-j)^k q + (-1)^k r + j^k s
// An inverse stage conjugates the twiddles and j. Integers: p is shifted up by shift_tw, all terms are summed exactly,
// and the sum is shifted, rounded and saturated once. Floats are summed in double and rounded once; the hardware's last
// bits are not public.
#pragma once

#include <array>

#include "accum.hpp"
#include "complex_lanes.hpp"
#include "fft_odd_radix.hpp"

namespace aie {
namespace detail {

template <typename T> inline constexpr bool is_fft_float_v = std::is_same_v<T, cfloat> || std::is_same_v<T, cbfloat16>;
template <typename Input, typename Output>
using default_twiddle_t = std::conditional_t<is_fft_float_v<Input>, Input, cint16>;

template <typename T> inline constexpr bool is_fft_integer_v = std::is_same_v<T, cint16> || std::is_same_v<T, cint32>;

/// Types that the generation's headers have stages for; Twiddle cint32 is AIE-ML's only, and not of radix 5.
template <unsigned Radix, typename Input, typename Output, typename Twiddle>
inline constexpr bool is_fft_v =
    (is_fft_integer_v<Input> && is_fft_integer_v<Output> &&
     (std::is_same_v<Twiddle, cint16> || (__AIE_ARCH__ == 20 && Radix != 5 && std::is_same_v<Twiddle, cint32>))) ||
    (is_fft_float_v<Input> && std::is_same_v<Output, Input> && std::is_same_v<Twiddle, Input>);

/// The outputs of one butterfly. `x` are its inputs in order, `w` the twiddles of inputs 1 to Radix - 1.
template <unsigned Radix, typename Input, typename Output, typename Twiddle>
requires(Radix == 2 || Radix == 4) std::array<Output, Radix> butterfly(const std::array<Input, Radix>& x,
                                                                       const std::array<Twiddle, Radix - 1>& w,
                                                                       FftShifts shifts) {
  constexpr bool is_float = is_fft_float_v<Input>;
  struct Sum {
    std::conditional_t<is_float, double, std::uint64_t> real, imag;
  };
  using Part = decltype(Sum::real);
  // Sign extension first: unsigned arithmetic wraps like the accumulators.
  const auto wide = [](auto part) {
    return is_float ? static_cast<Part>(part) : static_cast<Part>(static_cast<std::int64_t>(part));
  };
  std::array<Sum, Radix> terms;
  const Part one = is_float ? Part(1) : static_cast<Part>(std::uint64_t(1) << shifts.twiddle);
  terms[0] = {wide(x[0].real) * one, wide(x[0].imag) * one};
  for (unsigned k = 1; k < Radix; ++k) {
    const Part re = wide(x[k].real), im = wide(x[k].imag), wr = wide(w[k - 1].real);
    const Part wi = shifts.inverse ? -wide(w[k - 1].imag) : wide(w[k - 1].imag);
    terms[k] = {re * wr - im * wi, re * wi + im * wr};
  }
  // Powers of -j, or of j for the inverse, swap the parts and change signs.
  const auto rotated = [&](Sum value, unsigned quarters) {
    for (unsigned i = 0; i < quarters % 4; ++i)
      value = shifts.inverse ? Sum{-value.imag, value.real} : Sum{value.imag, -value.real};
    return value;
  };
  std::array<Output, Radix> out;
  for (unsigned k = 0; k < Radix; ++k) {
    Sum sum = terms[0];
    for (unsigned i = 1; i < Radix; ++i) {
      const Sum term = rotated(terms[i], i * k * (4 / Radix));
      sum = {sum.real + term.real, sum.imag + term.imag};
    }
    if constexpr (is_float) {
      out[k] = round_float<Output>(cfloat(static_cast<float>(sum.real), static_cast<float>(sum.imag)));
    } else {
      const std::int64_t lanes[2] = {static_cast<std::int64_t>(sum.real), static_cast<std::int64_t>(sum.imag)};
      srs_lanes(lanes, &out[k].real, 1, true, static_cast<int>(shifts.output));
      srs_lanes(lanes + 1, &out[k].imag, 1, true, static_cast<int>(shifts.output));
    }
  }
  return out;
}

/// Butterfly `index` of a stage: group index / V, lane index % V. Twiddles are given in the order of the inputs.
template <unsigned Vectorization, unsigned Radix, typename Input, typename Output, typename Twiddle>
std::array<Output, Radix> stage_butterfly(const Input* x, const std::array<const Twiddle*, Radix - 1>& w,
                                          unsigned index, FftShifts shifts) {
  const unsigned group = index / Vectorization;
  std::array<Input, Radix> inputs;
  for (unsigned k = 0; k < Radix; ++k)
    inputs[k] = x[(group * Radix + k) * Vectorization + index % Vectorization];
  std::array<Twiddle, Radix - 1> twiddles;
  for (unsigned k = 0; k + 1 < Radix; ++k)
    twiddles[k] = w[k][group];
  return butterfly<Radix, Input, Output, Twiddle>(inputs, twiddles, shifts);
}

template <unsigned Vectorization, unsigned Radix, typename Input, typename Output, typename Twiddle>
void fft_stage(const Input* x, const std::array<const Twiddle*, Radix - 1>& w, unsigned n, FftShifts shifts,
               Output* out) {
  static_assert(is_fft_v<Radix, Input, Output, Twiddle>, "aie::fft_dit: this generation has no stage for these types");
  for (unsigned i = 0; i < n / Radix; ++i) {
    const auto results = stage_butterfly<Vectorization, Radix, Input, Output, Twiddle>(x, w, i, shifts);
    for (unsigned k = 0; k < Radix; ++k)
      out[k * (n / Radix) + i] = results[k];
  }
}

} // namespace detail

template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
void fft_dit_r2_stage(const Input* x, const Twiddle* tw, unsigned n, unsigned shift_tw, unsigned shift, bool inv,
                      Output* out) {
  detail::fft_stage<Vectorization, 2, Input, Output, Twiddle>(x, {tw}, n, {shift_tw, shift, inv}, out);
}
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
requires detail::is_float_v<Input>
void fft_dit_r2_stage(const Input* x, const Twiddle* tw, unsigned n, bool inv, Output* out) {
  fft_dit_r2_stage<Vectorization>(x, tw, n, 0, 0, inv, out);
}
/// The twiddles turn at rates tw1 < tw0 < tw2.
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
void fft_dit_r4_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, const Twiddle* tw2, unsigned n,
                      unsigned shift_tw, unsigned shift, bool inv, Output* out) {
  detail::fft_stage<Vectorization, 4, Input, Output, Twiddle>(x, {tw1, tw0, tw2}, n, {shift_tw, shift, inv}, out);
}
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
requires detail::is_float_v<Input>
void fft_dit_r4_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, const Twiddle* tw2, unsigned n, bool inv,
                      Output* out) {
  fft_dit_r4_stage<Vectorization>(x, tw0, tw1, tw2, n, 0, 0, inv, out);
}
/// The twiddles turn at rates tw0 < tw1.
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
void fft_dit_r3_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, unsigned n, unsigned shift_tw,
                      unsigned shift, bool inv, Output* out) {
  detail::fft_stage<Vectorization, 3, Input, Output, Twiddle>(x, {tw0, tw1}, n, {shift_tw, shift, inv}, out);
}
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
requires detail::is_float_v<Input>
void fft_dit_r3_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, unsigned n, bool inv, Output* out) {
  fft_dit_r3_stage<Vectorization>(x, tw0, tw1, n, 0, 0, inv, out);
}
/// The twiddles turn at rates tw0 < tw1 < tw2 < tw3.
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
void fft_dit_r5_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, const Twiddle* tw2, const Twiddle* tw3,
                      unsigned n, unsigned shift_tw, unsigned shift, bool inv, Output* out) {
  detail::fft_stage<Vectorization, 5, Input, Output, Twiddle>(x, {tw0, tw1, tw2, tw3}, n, {shift_tw, shift, inv}, out);
}
template <unsigned Vectorization, typename Input, typename Output, typename Twiddle>
requires detail::is_float_v<Input>
void fft_dit_r5_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, const Twiddle* tw2, const Twiddle* tw3,
                      unsigned n, bool inv, Output* out) {
  fft_dit_r5_stage<Vectorization>(x, tw0, tw1, tw2, tw3, n, 0, 0, inv, out);
}

/// The older interface: a stage as an iterator over vectors of butterflies, one step of dit() each.
template <unsigned Vectorization, unsigned Radix, typename Input, typename Output = Input,
          typename Twiddle = detail::default_twiddle_t<Input, Output>>
class fft_dit {
  static_assert(Radix >= 2 && Radix <= 5, "aie::fft_dit: the radix is 2, 3, 4 or 5");
  static_assert(detail::is_fft_v<Radix, Input, Output, Twiddle>,
                "aie::fft_dit: this generation has no stage for these types");

public:
  static constexpr unsigned radix = Radix;
  static constexpr unsigned out_vector_size =
      __AIE_ARCH__ == 20 || Radix % 2 == 1 || (std::is_same_v<Input, cint32> && Radix == 4 && Vectorization == 1) ? 8
                                                                                                                  : 16;
  static constexpr unsigned num_out_vector = Radix;
  using output_data = std::array<vector<Output, out_vector_size>, Radix>;
  struct input_data {
    const Input* x;
    std::array<const Twiddle*, Radix - 1> w;
    unsigned first; ///< butterfly
  };
  class stage_iterator {
  public:
    explicit stage_iterator(input_data data) : data_(data) {}
    input_data operator*() const { return data_; }
    stage_iterator& operator++() {
      data_.first += out_vector_size;
      return *this;
    }
    stage_iterator operator++(int) {
      const stage_iterator before = *this;
      ++*this;
      return before;
    }

  private:
    input_data data_;
  };

  fft_dit() = default;
  fft_dit(unsigned shift_tw, unsigned shift, bool inv) : shifts_{shift_tw, shift, inv} {}

  static constexpr int block_size(unsigned n) { return static_cast<int>(n / (Radix * out_vector_size)); }

  stage_iterator begin_stage(const Input* x, const Twiddle* tw) const requires(Radix == 2) {
    return stage_iterator({x, {tw}, 0});
  }
  stage_iterator begin_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, const Twiddle* tw2) const
      requires(Radix == 4) {
    return stage_iterator({x, {tw1, tw0, tw2}, 0});
  }
  stage_iterator begin_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1) const requires(Radix == 3) {
    return stage_iterator({x, {tw0, tw1}, 0});
  }
  stage_iterator begin_stage(const Input* x, const Twiddle* tw0, const Twiddle* tw1, const Twiddle* tw2,
                             const Twiddle* tw3) const requires(Radix == 5) {
    return stage_iterator({x, {tw0, tw1, tw2, tw3}, 0});
  }
  output_data dit(const input_data& data) const {
    output_data out;
    for (unsigned i = 0; i < out_vector_size; ++i) {
      const auto results = detail::stage_butterfly<Vectorization, Radix, Input, Output, Twiddle>(
          data.x, data.w, data.first + i, shifts_);
      for (unsigned k = 0; k < Radix; ++k)
        out[k].set(results[k], i);
    }
    return out;
  }
  output_data dit(const input_data& data, unsigned shift_tw, unsigned shift, bool inv) const {
    return fft_dit(shift_tw, shift, inv).dit(data);
  }

private:
  detail::FftShifts shifts_;
};

} // namespace aie
