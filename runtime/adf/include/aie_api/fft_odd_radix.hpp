// FFT butterflies of radix 3 and 5 [api detail/aie2/fft_dit_radix3.hpp, fft_dit_radix5.hpp].
//
// With p the first input, d_k the others times their twiddles, and c(m) = -exp(-2 pi j m / Radix):
//   out[0] = p + sum of d_k,  out[j] = p - sum of d_k * c(j k)
// Integers: p is shifted up by shift_tw; d_k is taken as it is for out[0], and rounded to 32 bits by shift_tw, in the
// tile's modes, for the other sums, with c in fixed point cut to shift_tw bits. Each sum is shifted, rounded and
// saturated once. Floats: d_k is rounded, the sums are taken in double and rounded once; the hardware's last bits are
// not public. c has
// the bits that the headers give it, fewer for cbfloat16.
#pragma once

#include <array>

#include "complex_lanes.hpp"
#include "float_rounding.hpp"
#include "shift_round_saturate.hpp"

namespace aie::detail {

struct FftShifts {
  unsigned twiddle = 0;
  unsigned output = 0;
  bool inverse = false;
};

/// Parts of a factor or a sum.
template <typename Part> struct ComplexParts { Part real, imag; };

/// c(1) to c(Radix / 2) of a forward stage, as the headers write them: 15 bits with cint16, 31 with cint32.
template <unsigned Radix, typename Twiddle> std::array<ComplexParts<std::int64_t>, Radix / 2> fixed_factors(int shift) {
  if constexpr (Radix == 5) {
    const int cut = 15 - shift;
    return {{{-10126 >> cut, 31164 >> cut}, {26510 >> cut, 19261 >> cut}}};
  } else {
    const bool is_short = std::is_same_v<Twiddle, cint16>;
    return {{{std::int64_t(1) << (shift - 1), is_short ? 28378 >> (15 - shift) : 1859775393 >> (31 - shift)}}};
  }
}
template <unsigned Radix, typename Twiddle> constexpr std::array<ComplexParts<double>, Radix / 2> float_factors() {
  constexpr bool is_short = std::is_same_v<Twiddle, cbfloat16>;
  if constexpr (Radix == 5 && is_short)
    return {{{-0.30859375, 0.94921875}, {0.80859375, 0.5859375}}};
  else if constexpr (Radix == 5)
    return {{{-0.309016994F, 0.951056516F}, {0.809016994F, 0.587785252F}}};
  else
    return {{{0.5, is_short ? 0.86328125 : 0.866025388F}}};
}

template <typename Part> ComplexParts<Part> product(ComplexParts<Part> a, ComplexParts<Part> b) {
  return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

/// c(m), its conjugate in an inverse stage; c(Radix - m) is the conjugate of c(m).
template <typename Part, std::size_t Count>
ComplexParts<Part> factor(const std::array<ComplexParts<Part>, Count>& factors, unsigned m, bool inverse) {
  constexpr unsigned radix = 2 * Count + 1;
  const bool is_upper = m % radix > Count;
  ComplexParts<Part> value = factors[(is_upper ? radix - m % radix : m % radix) - 1];
  if (is_upper != inverse) value.imag = -value.imag;
  return value;
}

/// The outputs of one butterfly. `x` are its inputs in order, `w` the twiddles of inputs 1 to Radix - 1.
template <unsigned Radix, typename Input, typename Output, typename Twiddle>
requires(Radix == 3 || Radix == 5) std::array<Output, Radix> butterfly(const std::array<Input, Radix>& x,
                                                                       const std::array<Twiddle, Radix - 1>& w,
                                                                       FftShifts shifts) {
  constexpr bool is_float = is_float_v<Input>;
  using Part = std::conditional_t<is_float, double, std::uint64_t>; // unsigned: wraps like the accumulators
  const auto wide = [](auto part) {
    return is_float ? static_cast<Part>(part) : static_cast<Part>(static_cast<std::int64_t>(part));
  };
  const auto parts = [&](auto value, bool conjugate = false) {
    return ComplexParts<Part>{wide(value.real), conjugate ? -wide(value.imag) : wide(value.imag)};
  };
  const auto shifted = [](Part value, [[maybe_unused]] unsigned shift, auto* out) {
    if constexpr (is_float) {
      *out = round_float<std::remove_pointer_t<decltype(out)>>(static_cast<float>(value));
    } else {
      const auto lane = static_cast<std::int64_t>(value);
      srs_lanes(&lane, out, 1, true, static_cast<int>(shift));
    }
  };
  std::array<ComplexParts<Part>, Radix> exact, rounded;
  const Part one = is_float ? Part(1) : static_cast<Part>(std::uint64_t(1) << shifts.twiddle);
  const ComplexParts<Part> first{wide(x[0].real) * one, wide(x[0].imag) * one};
  for (unsigned k = 1; k < Radix; ++k) {
    exact[k] = product(parts(x[k]), parts(w[k - 1], shifts.inverse));
    std::conditional_t<is_float, Twiddle, cint32> narrow;
    shifted(exact[k].real, shifts.twiddle, &narrow.real);
    shifted(exact[k].imag, shifts.twiddle, &narrow.imag);
    rounded[k] = parts(narrow);
  }
  const auto factors = [&] {
    if constexpr (is_float)
      return float_factors<Radix, Twiddle>();
    else
      return fixed_factors<Radix, Twiddle>(static_cast<int>(shifts.twiddle));
  }();
  std::array<Output, Radix> out;
  for (unsigned j = 0; j < Radix; ++j) {
    ComplexParts<Part> sum = first;
    for (unsigned k = 1; k < Radix; ++k) {
      const ComplexParts<Part> term =
          j == 0 ? exact[k] : product(rounded[k], parts(factor(factors, j * k, shifts.inverse)));
      sum = j == 0 ? ComplexParts<Part>{sum.real + term.real, sum.imag + term.imag}
                   : ComplexParts<Part>{sum.real - term.real, sum.imag - term.imag};
    }
    shifted(sum.real, shifts.output, &out[j].real);
    shifted(sum.imag, shifts.output, &out[j].imag);
  }
  return out;
}

} // namespace aie::detail
