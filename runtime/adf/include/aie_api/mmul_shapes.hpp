// The matrix multiplication shapes that each generation compiles, and the width of their accumulators.
//
// Source: every M, K, N in {1, 2, 4, 8, 16, 32} instantiated against AMD's public headers of the 2026.1 release; the
// lane widths are those of the accumulators the headers keep (64 bits in some shapes although the tag says 32). Signs
// of integer operands may be mixed, so the table holds widths only.
#pragma once

#include "lane_types.hpp"

namespace aie::detail {

enum class MmulOperand : unsigned char {
  none,
  int4,
  int8,
  int16,
  int32,
  bfloat16,
  float32,
  cint16,
  cint32,
  float16,
  float8,
  bfloat8,
  cbfloat16,
  cfloat
};

template <typename T> constexpr MmulOperand mmul_operand() {
  if constexpr (std::is_same_v<T, bfloat16>)
    return MmulOperand::bfloat16;
  else if constexpr (std::is_same_v<T, float>)
    return MmulOperand::float32;
  else if constexpr (std::is_same_v<T, float16>)
    return MmulOperand::float16;
  else if constexpr (std::is_same_v<T, float8>)
    return MmulOperand::float8;
  else if constexpr (std::is_same_v<T, bfloat8>)
    return MmulOperand::bfloat8;
  else if constexpr (std::is_same_v<T, cbfloat16>)
    return MmulOperand::cbfloat16;
  else if constexpr (std::is_same_v<T, cfloat>)
    return MmulOperand::cfloat;
  else if constexpr (std::is_same_v<T, cint16>)
    return MmulOperand::cint16;
  else if constexpr (std::is_same_v<T, cint32>)
    return MmulOperand::cint32;
  else if constexpr (is_integer_v<T> && !is_complex_v<T>)
    return type_bits_v<T> == 4    ? MmulOperand::int4
           : type_bits_v<T> == 8  ? MmulOperand::int8
           : type_bits_v<T> == 16 ? MmulOperand::int16
                                  : MmulOperand::int32;
  else
    return MmulOperand::none;
}

struct MmulShape {
  MmulOperand a, b;
  unsigned char m, k, n;
  unsigned char lane_bits;     ///< width of an accumulator lane
  unsigned char max_requested; ///< largest accumulator width that may be asked for
};

namespace mmul_table {
constexpr auto i4 = MmulOperand::int4, i8 = MmulOperand::int8, i16 = MmulOperand::int16, i32 = MmulOperand::int32,
               bf = MmulOperand::bfloat16, fl = MmulOperand::float32, c16 = MmulOperand::cint16,
               c32 = MmulOperand::cint32, h = MmulOperand::float16, f8 = MmulOperand::float8, b8 = MmulOperand::bfloat8,
               cbf = MmulOperand::cbfloat16, cfl = MmulOperand::cfloat;

#if __AIE_ARCH__ == 20
inline constexpr MmulShape shapes[] = {
    {i8, i4, 4, 16, 8, 32, 32},  {i8, i4, 8, 16, 8, 32, 32},  {i8, i4, 4, 32, 8, 32, 32},  {i8, i8, 4, 8, 8, 32, 32},
    {i8, i8, 2, 8, 8, 32, 32},   {i8, i8, 8, 8, 8, 32, 32},   {i8, i8, 1, 16, 8, 32, 32},  {i8, i8, 2, 16, 8, 32, 32},
    {i8, i8, 4, 16, 8, 32, 32},  {i8, i8, 4, 8, 4, 32, 32},   {i8, i8, 4, 16, 4, 32, 32},  {i8, i8, 8, 8, 4, 32, 32},
    {i8, i16, 4, 4, 8, 64, 32},  {i8, i16, 4, 4, 4, 64, 32},  {i16, i8, 4, 4, 8, 32, 32},  {i16, i8, 4, 8, 4, 64, 32},
    {i16, i8, 2, 8, 8, 64, 32},  {i16, i8, 8, 4, 8, 32, 32},  {i16, i8, 4, 4, 4, 32, 32},  {i16, i8, 8, 4, 4, 32, 32},
    {i16, i16, 4, 4, 4, 64, 64}, {i16, i16, 2, 4, 8, 64, 64}, {i16, i16, 4, 2, 8, 32, 32}, {i16, i16, 4, 4, 8, 64, 64},
    {i16, i16, 8, 2, 8, 32, 32}, {i16, i16, 8, 1, 8, 32, 32}, {i16, i32, 2, 4, 8, 64, 64}, {i16, i32, 4, 4, 4, 64, 64},
    {i32, i16, 2, 4, 8, 64, 64}, {i32, i16, 4, 4, 4, 64, 64}, {i32, i16, 4, 2, 4, 64, 64}, {i32, i16, 4, 4, 8, 64, 64},
    {i32, i16, 4, 1, 8, 64, 64}, {i32, i32, 4, 2, 4, 64, 64}, {i32, i32, 4, 4, 4, 64, 64}, {i32, i32, 8, 2, 4, 64, 64},
    {i32, i32, 4, 1, 8, 64, 64}, {bf, bf, 4, 8, 4, 32, 32},   {bf, bf, 8, 8, 4, 32, 32},   {bf, bf, 8, 8, 8, 32, 32},
    {bf, bf, 4, 8, 8, 32, 32},   {bf, bf, 8, 1, 8, 32, 32},   {fl, fl, 4, 8, 4, 32, 32},   {fl, fl, 4, 1, 4, 32, 32},
    {fl, fl, 4, 1, 8, 32, 32},
};
/// Complex operands, as the headers specialise them [api detail/aie2/mmul_c*.hpp]; accumulators are cacc64
/// or caccfloat.
inline constexpr MmulShape complex_shapes[] = {
    {c16, c16, 1, 4, 8, 64, 64}, {c16, c16, 2, 4, 8, 64, 64}, {c32, c16, 1, 2, 4, 64, 64}, {c32, c16, 1, 2, 8, 64, 64},
    {c32, c16, 2, 2, 8, 64, 64}, {c32, c16, 1, 4, 8, 64, 64}, {c32, c16, 2, 4, 8, 64, 64}, {c32, c32, 1, 2, 8, 64, 64},
    {c16, i16, 2, 4, 8, 64, 64}, {c16, i16, 4, 4, 4, 64, 64}, {c16, i32, 2, 4, 8, 64, 64}, {c16, i32, 4, 4, 4, 64, 64},
    {c32, i16, 4, 2, 4, 64, 64}, {c32, i16, 4, 4, 4, 64, 64}, {c32, i32, 4, 2, 4, 64, 64}, {cbf, cbf, 2, 8, 2, 32, 32},
    {bf, cbf, 2, 8, 2, 32, 32},  {cbf, bf, 2, 8, 2, 32, 32},  {cfl, cfl, 2, 8, 2, 32, 32}, {fl, cfl, 2, 8, 2, 32, 32},
    {cfl, fl, 2, 8, 2, 32, 32},
};
#else
inline constexpr MmulShape shapes[] = {
    {i8, i4, 8, 8, 8, 32, 32},   {i8, i4, 4, 16, 16, 32, 32}, {i8, i8, 8, 8, 8, 32, 32},   {i8, i8, 4, 8, 8, 32, 32},
    {i8, i8, 2, 8, 8, 32, 32},   {i8, i8, 4, 16, 8, 32, 32},  {i8, i16, 8, 2, 8, 32, 32},  {i8, i16, 4, 4, 8, 64, 32},
    {i16, i8, 8, 2, 8, 32, 32},  {i16, i8, 4, 4, 8, 64, 64},  {i16, i8, 8, 4, 8, 32, 32},  {i16, i8, 4, 8, 8, 64, 64},
    {i16, i16, 8, 2, 8, 32, 32}, {i16, i16, 4, 4, 8, 64, 64}, {i16, i16, 2, 4, 8, 64, 64}, {i16, i16, 4, 2, 8, 32, 32},
    {i16, i16, 8, 1, 8, 32, 32}, {i16, i32, 4, 4, 8, 64, 64}, {i32, i16, 4, 2, 8, 64, 64}, {i32, i16, 2, 4, 8, 64, 64},
    {i32, i16, 4, 4, 8, 64, 64}, {i32, i16, 4, 1, 8, 64, 64}, {i32, i32, 4, 2, 8, 64, 64}, {i32, i32, 4, 4, 4, 64, 64},
    {i32, i32, 4, 4, 8, 64, 64}, {i32, i32, 8, 2, 8, 64, 64}, {i32, i32, 4, 1, 8, 64, 64}, {bf, bf, 4, 8, 8, 32, 32},
    {bf, bf, 8, 8, 8, 32, 32},   {bf, bf, 4, 8, 4, 32, 32},   {bf, bf, 8, 1, 8, 32, 32},   {fl, fl, 4, 8, 4, 32, 32},
    {fl, fl, 4, 1, 4, 32, 32},   {fl, fl, 4, 1, 8, 32, 32},   {h, h, 4, 8, 4, 32, 32},     {h, h, 4, 8, 8, 32, 32},
    {h, h, 8, 1, 8, 32, 32},     {h, h, 8, 8, 8, 32, 32},     {h, bf, 4, 8, 4, 32, 32},    {h, bf, 4, 8, 8, 32, 32},
    {h, bf, 8, 1, 8, 32, 32},    {h, bf, 8, 8, 8, 32, 32},    {bf, h, 4, 8, 4, 32, 32},    {bf, h, 4, 8, 8, 32, 32},
    {bf, h, 8, 1, 8, 32, 32},    {bf, h, 8, 8, 8, 32, 32},    {f8, f8, 8, 8, 8, 32, 32},   {f8, b8, 8, 8, 8, 32, 32},
    {b8, f8, 8, 8, 8, 32, 32},   {b8, b8, 8, 8, 8, 32, 32},
};
/// Complex operands, as the headers specialise them [api detail/aie2p/mmul_c*.hpp]; accumulators are cacc64
/// or caccfloat.
inline constexpr MmulShape complex_shapes[] = {
    {c16, c16, 1, 4, 8, 64, 64}, {c16, c16, 2, 2, 16, 64, 64}, {c32, c16, 1, 2, 4, 64, 64},
    {c32, c16, 1, 2, 8, 64, 64}, {c32, c16, 1, 2, 16, 64, 64}, {c32, c32, 1, 2, 8, 64, 64},
    {c16, i16, 4, 4, 8, 64, 64}, {c16, i16, 2, 4, 8, 64, 64},  {cbf, cbf, 2, 8, 4, 32, 32},
    {bf, cbf, 2, 8, 4, 32, 32},  {cbf, bf, 2, 8, 4, 32, 32},   {cfl, cfl, 2, 8, 4, 32, 32},
    {fl, cfl, 2, 8, 4, 32, 32},  {cfl, fl, 2, 8, 4, 32, 32},
};
#endif
/// With B in a sparse vector, stored by columns [api detail/*/mmul_*.hpp].
#if __AIE_ARCH__ == 20
inline constexpr MmulShape sparse_shapes[] = {
    {i8, i8, 4, 16, 8, 32, 32},  {i8, i8, 8, 16, 8, 32, 32},  {i8, i8, 4, 16, 16, 32, 32}, {i16, i8, 2, 16, 8, 64, 32},
    {i16, i8, 4, 16, 8, 64, 32}, {i16, i16, 2, 8, 8, 64, 64}, {i16, i16, 4, 8, 8, 64, 64}, {i16, i16, 2, 8, 16, 64, 64},
    {bf, bf, 4, 16, 4, 32, 32},  {bf, bf, 4, 16, 8, 32, 32},
};
#else
inline constexpr MmulShape sparse_shapes[] = {
    {i8, i8, 4, 16, 8, 32, 32},  {i8, i8, 8, 16, 8, 32, 32},  {i16, i16, 2, 8, 8, 64, 64}, {i16, i16, 4, 8, 8, 64, 64},
    {bf, bf, 4, 16, 8, 32, 32},  {h, h, 4, 16, 8, 32, 32},    {h, bf, 4, 16, 8, 32, 32},   {bf, h, 4, 16, 8, 32, 32},
    {f8, f8, 4, 16, 16, 32, 32}, {f8, b8, 4, 16, 16, 32, 32}, {b8, f8, 4, 16, 16, 32, 32}, {b8, b8, 4, 16, 16, 32, 32},
};
#endif
} // namespace mmul_table

/// Row of the table, or one with operand `none` if the generation has no such shape.
constexpr MmulShape find_mmul_shape(MmulOperand a, MmulOperand b, unsigned m, unsigned k, unsigned n) {
  for (const MmulShape& shape : mmul_table::shapes)
    if (shape.a == a && shape.b == b && shape.m == m && shape.k == k && shape.n == n) return shape;
  for (const MmulShape& shape : mmul_table::complex_shapes)
    if (shape.a == a && shape.b == b && shape.m == m && shape.k == k && shape.n == n) return shape;
  return {MmulOperand::none, MmulOperand::none, 0, 0, 0, 0, 0};
}

/// The same for a sparse B.
constexpr MmulShape find_sparse_mmul_shape(MmulOperand a, MmulOperand b, unsigned m, unsigned k, unsigned n) {
  for (const MmulShape& shape : mmul_table::sparse_shapes)
    if (shape.a == a && shape.b == b && shape.m == m && shape.k == k && shape.n == n) return shape;
  return {MmulOperand::none, MmulOperand::none, 0, 0, 0, 0, 0};
}

/// Whether the generation has the shape, with some accumulator.
template <unsigned M, unsigned K, unsigned N, typename A, typename B> constexpr bool is_mmul() {
  return find_mmul_shape(mmul_operand<A>(), mmul_operand<B>(), M, K, N).a != MmulOperand::none;
}

} // namespace aie::detail
