// The arithmetic of aie::mmul on a host: rows of C as SIMD registers, every element of A broadcast once.
//
// Integer lanes are computed unsigned, so they wrap as the hardware's do.
#pragma once

#include <cstring>
#include <type_traits>

#include "../adf/scalar_types.hpp"
#include "complex_lanes.hpp"

namespace aie::detail {

/// One row of N lanes. GCC and Clang lower it to whatever registers the target has.
template <typename Lane, unsigned N> struct SimdRow {
  typedef Lane type __attribute__((vector_size(N * sizeof(Lane))));
};

template <unsigned M, unsigned K, unsigned N, typename Lane, typename A, typename B>
[[gnu::always_inline]] inline void mmul_integer(Lane* c, const A* a, const B* b) {
  using Unsigned = std::make_unsigned_t<Lane>;
  using Row = typename SimdRow<Unsigned, N>::type;
  using RowB = typename SimdRow<B, N>::type;
  Unsigned wide_a[M * K];
  for (unsigned i = 0; i < M * K; ++i)
    wide_a[i] = static_cast<Unsigned>(a[i]);
  Row rows[M];
  std::memcpy(rows, c, sizeof rows);
#pragma GCC unroll 32
  for (unsigned k = 0; k < K; ++k) {
    RowB narrow;
    std::memcpy(&narrow, b + k * N, sizeof narrow);
    const Row row_b = __builtin_convertvector(narrow, Row);
#pragma GCC unroll 8
    for (unsigned m = 0; m < M; ++m)
      rows[m] += wide_a[m * K + k] * row_b;
  }
  std::memcpy(c, rows, sizeof rows);
}

/// Products are exact in double, so the result does not depend on whether the host fuses multiply and add.
template <unsigned M, unsigned K, unsigned N, typename A, typename B>
inline void mmul_float(float* c, const A* a, const B* b) {
  for (unsigned m = 0; m < M; ++m)
    for (unsigned k = 0; k < K; ++k) {
      const double factor = static_cast<float>(a[m * K + k]);
      for (unsigned n = 0; n < N; ++n)
        c[m * N + n] = static_cast<float>(c[m * N + n] + factor * static_cast<float>(b[k * N + n]));
    }
}

template <unsigned M, unsigned K, unsigned N, typename Lane, typename A, typename B>
inline void mmul_complex(Lane* c, const A* a, const B* b) {
  for (unsigned m = 0; m < M; ++m)
    for (unsigned k = 0; k < K; ++k)
      for (unsigned n = 0; n < N; ++n)
        complex_multiply_add<1>(c[m * N + n], a[m * K + k], b[k * N + n]);
}

template <unsigned M, unsigned K, unsigned N, typename Lane, typename A, typename B>
inline void mmul_accumulate(Lane* c, const A* a, const B* b) {
  if constexpr (std::is_floating_point_v<Lane>)
    mmul_float<M, K, N>(c, a, b);
  else if constexpr (std::is_same_v<Lane, complex_int64> || std::is_same_v<Lane, cfloat>)
    mmul_complex<M, K, N>(c, a, b);
  else
    mmul_integer<M, K, N>(c, a, b);
}

} // namespace aie::detail
