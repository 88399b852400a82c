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

} // namespace aie
