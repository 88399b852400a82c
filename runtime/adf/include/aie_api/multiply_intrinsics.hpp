// Multiplications of the vector unit by their intrinsic names, those whose lanes public kernels and AMD's own headers
// show: matrix products of registers, and element-wise products.
#pragma once

#include "construct.hpp"
#include "mmul.hpp"
#include "multiply.hpp"

namespace aie::detail {

/// The operands may be whole registers of which the product takes the first lanes.
template <unsigned M, unsigned K, unsigned N, typename A, unsigned LanesA, typename B, unsigned LanesB, typename Acc>
auto multiply_matrices(const vector<A, LanesA>& a, const vector<B, LanesB>& b, const Acc& acc) {
  static_assert(LanesA >= M * K && LanesB >= K * N, "product of registers: an operand has too few lanes");
  mmul<M, K, N, A, B> product(acc);
  product.mac(a.template extract<M * K>(0), b.template extract<K * N>(0));
  return product.to_accum();
}
template <unsigned M, unsigned K, unsigned N, typename A, unsigned LanesA, typename B, unsigned LanesB>
auto multiply_matrices(const vector<A, LanesA>& a, const vector<B, LanesB>& b) {
  return multiply_matrices<M, K, N>(a, b, mmul<M, K, N, A, B>().to_accum());
}

/// acc[i] + a[i] * b[i] + a[i + N] * b[i + N], N being half of the lanes.
template <typename T, unsigned Lanes, typename Acc>
Acc multiply_pairs(const vector<T, Lanes>& a, const vector<T, Lanes>& b, const Acc& acc) {
  constexpr unsigned half = Lanes / 2;
  return aie::mac(aie::mac(acc, a.template extract<half>(0), b.template extract<half>(0)), a.template extract<half>(1),
                  b.template extract<half>(1));
}

} // namespace aie::detail

#if __AIE_ARCH__ == 20
inline aie::accum<accfloat, 16> mac_elem_16_2(const aie::vector<bfloat16, 32>& a, const aie::vector<bfloat16, 32>& b,
                                              const aie::accum<accfloat, 16>& acc) {
  return aie::detail::multiply_pairs(a, b, acc);
}
inline aie::accum<accfloat, 16> mul_elem_16_2(const aie::vector<bfloat16, 32>& a, const aie::vector<bfloat16, 32>& b) {
  return mac_elem_16_2(a, b, aie::zeros<accfloat, 16>());
}
inline aie::accum<acc32, 32> mac_elem_32_2(const aie::vector<int8, 64>& a, const aie::vector<int8, 64>& b,
                                           const aie::accum<acc32, 32>& acc) {
  return aie::detail::multiply_pairs(a, b, acc);
}
inline aie::accum<acc32, 32> mul_elem_32_2(const aie::vector<int8, 64>& a, const aie::vector<int8, 64>& b) {
  return mac_elem_32_2(a, b, aie::zeros<acc32, 32>());
}
inline aie::accum<acc32, 32> mac_elem_32(const aie::vector<int16, 32>& a, const aie::vector<int16, 32>& b,
                                         const aie::accum<acc32, 32>& acc) {
  return aie::mac(acc, a, b);
}
inline aie::accum<acc32, 32> mul_elem_32(const aie::vector<int16, 32>& a, const aie::vector<int16, 32>& b) {
  return aie::mul<acc32>(a, b);
}
#else
inline aie::accum<accfloat, 64> mac_elem_64(const aie::vector<bfloat16, 64>& a, const aie::vector<bfloat16, 64>& b,
                                            const aie::accum<accfloat, 64>& acc) {
  return aie::mac(acc, a, b);
}
inline aie::accum<accfloat, 64> mul_elem_64(const aie::vector<bfloat16, 64>& a, const aie::vector<bfloat16, 64>& b) {
  return aie::mul(a, b);
}
#endif

template <typename A, typename B> auto mul_2x4_4x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<2, 4, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_2x4_4x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<2, 4, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_2x8_8x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<2, 8, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_2x8_8x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<2, 8, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_4x2_2x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<4, 2, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_4x2_2x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<4, 2, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_4x4_4x4(const A& a, const B& b) {
  return aie::detail::multiply_matrices<4, 4, 4>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_4x4_4x4(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<4, 4, 4>(a, b, acc);
}
template <typename A, typename B> auto mul_4x4_4x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<4, 4, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_4x4_4x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<4, 4, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_4x8_8x4(const A& a, const B& b) {
  return aie::detail::multiply_matrices<4, 8, 4>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_4x8_8x4(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<4, 8, 4>(a, b, acc);
}
template <typename A, typename B> auto mul_4x8_8x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<4, 8, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_4x8_8x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<4, 8, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_4x16_16x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<4, 16, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_4x16_16x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<4, 16, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_8x2_2x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<8, 2, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_8x2_2x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<8, 2, 8>(a, b, acc);
}
template <typename A, typename B> auto mul_8x8_8x8(const A& a, const B& b) {
  return aie::detail::multiply_matrices<8, 8, 8>(a, b);
}
template <typename A, typename B, typename Acc> auto mac_8x8_8x8(const A& a, const B& b, const Acc& acc) {
  return aie::detail::multiply_matrices<8, 8, 8>(a, b, acc);
}
