// Reductions to one scalar.
//
// Integer sums are modular in the element type. Float sums form a tree of halves, lane i with lane i + N/2
// [api detail/aie2/add_reduce.hpp]; bfloat16 sums are computed in float32 and rounded once.
#pragma once

#include "arithmetic.hpp"

namespace aie {

template <typename T, unsigned Elems> T reduce_add(const vector<T, Elems>& v) {
  using Wide = decltype(detail::lane(v, 0));
  Wide sums[Elems];
  for (unsigned i = 0; i < Elems; ++i)
    sums[i] = detail::lane(v, i);
  for (unsigned half = Elems / 2; half > 0; half /= 2)
    for (unsigned i = 0; i < half; ++i)
      sums[i] = detail::add_lane(sums[i], sums[i + half]);
  return detail::narrow<T>(sums[0]);
}
/// The sum of float lanes, rounded once, to float or bfloat16.
template <typename T, unsigned Elems>
requires(detail::is_float_v<T> && !detail::is_complex_v<T>) T reduce_add(const accum<accfloat, Elems>& acc) {
  return detail::narrow<T>(reduce_add(acc.template to_vector<float>()));
}
/// Sums of several vectors in the first lanes of one; the rest is undefined.
template <typename T, unsigned Elems, typename... Others>
vector<T, Elems> reduce_add_v(const vector<T, Elems>& v, const Others&... others) {
  vector<T, Elems> out;
  unsigned index = 0;
  out.set(reduce_add(v), index++);
  (out.set(reduce_add(others), index++), ...);
  return out;
}
/// The older spelling.
template <typename T, unsigned Elems, typename... Others>
vector<T, Elems> add_reduce_v(const vector<T, Elems>& v, const Others&... others) {
  return reduce_add_v(v, others...);
}
/// Product of all lanes: those of a register by halves, lane i with lane i + N/2, each product brought back to T in the
/// tile's modes; of larger vectors the halves' products multiplied as scalars [api detail/aie2/mul_reduce.hpp].
template <typename AccumTag = accauto, typename T, unsigned Elems> T reduce_mul(const vector<T, Elems>& v) {
  if constexpr (v.bits() > 512) {
    const auto low = detail::widen(reduce_mul<AccumTag>(v.template extract<Elems / 2>(0)));
    const auto high = detail::widen(reduce_mul<AccumTag>(v.template extract<Elems / 2>(1)));
    return detail::narrow<T>(low * high);
  } else {
    vector<T, Elems> product = v;
    for (unsigned half = Elems / 2; half > 0; half /= 2) {
      vector<T, Elems> other = product;
      for (unsigned i = 0; i < half; ++i)
        other.set(product.get(i + half), i);
      product = mul<AccumTag>(product, other).template to_vector<T>();
    }
    return product.get(0);
  }
}
template <typename T, unsigned Elems> T reduce_max(const vector<T, Elems>& v) {
  T best = v.get(0);
  for (unsigned i = 1; i < Elems; ++i)
    best = best < v.get(i) ? v.get(i) : best;
  return best;
}
template <typename T, unsigned Elems> T reduce_min(const vector<T, Elems>& v) {
  T best = v.get(0);
  for (unsigned i = 1; i < Elems; ++i)
    best = v.get(i) < best ? v.get(i) : best;
  return best;
}

// Older spellings.
template <typename T, unsigned Elems> T max_reduce(const vector<T, Elems>& v) { return reduce_max(v); }
template <typename T, unsigned Elems> T min_reduce(const vector<T, Elems>& v) { return reduce_min(v); }
template <typename AccumTag = accauto, typename T, unsigned Elems> T mul_reduce(const vector<T, Elems>& v) {
  return reduce_mul<AccumTag>(v);
}

} // namespace aie
