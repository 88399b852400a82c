// Names of the inside of AMD's headers that AMD's own DSP library uses, beside those that stand with what they belong
// to.
#pragma once

#include <cassert>

#include "fft.hpp"
#include "iterator.hpp"
#include "shift.hpp"

#ifndef REQUIRES_MSG
#define REQUIRES_MSG(condition, message) assert((condition) && (message))
#endif

namespace aie::detail {

/// `Stage` chooses between implementations of the hardware.
template <unsigned Vectorization, unsigned Stage, unsigned Radix, typename Input, typename Output, typename Twiddle>
using fft_dit = aie::fft_dit<Vectorization, Radix, Input, Output, Twiddle>;

template <typename T, unsigned Elems, unsigned, aie_dm_resource>
using restrict_vector_iterator = aie::restrict_vector_iterator<T, Elems>;

/// Up, then down, each through an accumulator.
template <typename T, unsigned Elems> struct shift {
  static vector<T, Elems> run(const vector<T, Elems>& v, unsigned up, unsigned down) {
    return aie::downshift(up == 0 ? v : aie::upshift(v, up), down);
  }
};

} // namespace aie::detail
