// Scalar intrinsics and native type names that kernels use beside the API.
#pragma once

#include <cstdio>

#include "../adf_engine/port_runtime.hpp"

#include "accum.hpp"
#include "construct.hpp"
#include "vector.hpp"

/// Leading bits equal to the sign bit, the sign bit included: clb(1) is 31, clb(0) and clb(-1) are 32.
inline int clb(int value) {
  const unsigned bits = value < 0 ? ~static_cast<unsigned>(value) : static_cast<unsigned>(value);
  return bits == 0 ? 32 : __builtin_clz(bits);
}
inline int clz(unsigned value) { return value == 0 ? 32 : __builtin_clz(value); }

/// Bytes n .. n + 63 of the 128 bytes of a followed by b.
template <typename T, unsigned Elems>
aie::vector<T, Elems> shift_bytes(const aie::vector<T, Elems>& a, const aie::vector<T, Elems>& b, unsigned n) {
  aie::vector<T, Elems> out;
  const unsigned bytes = out.bytes();
  for (unsigned i = 0; i < bytes; ++i)
    out.bytes_data()[i] = i + n < bytes ? a.bytes_data()[i + n] : b.bytes_data()[(i + n - bytes) % bytes];
  return out;
}

inline aie::vector<int32, 16> broadcast_to_v16int32(int32 value) { return aie::broadcast<int32, 16>(value); }
inline aie::vector<int16, 32> broadcast_to_v32int16(int16 value) { return aie::broadcast<int16, 32>(value); }
inline aie::vector<int8, 64> broadcast_to_v64int8(int8 value) { return aie::broadcast<int8, 64>(value); }
inline aie::vector<bfloat16, 32> broadcast_to_v32bfloat16(bfloat16 value) {
  return aie::broadcast<bfloat16, 32>(value);
}
inline aie::vector<float, 16> broadcast_to_v16float(float value) { return aie::broadcast<float, 16>(value); }
inline aie::vector<int32, 16> broadcast_zero_s32() { return aie::zeros<int32, 16>(); }
inline aie::vector<int16, 32> broadcast_zero_s16() { return aie::zeros<int16, 32>(); }
inline aie::vector<int8, 64> broadcast_zero_s8() { return aie::zeros<int8, 64>(); }
inline aie::vector<bfloat16, 32> broadcast_zero_bfloat16() { return aie::zeros<bfloat16, 32>(); }
inline aie::vector<float, 16> broadcast_zero_float() { return aie::zeros<float, 16>(); }
inline aie::vector<int32, 16> undef_v16int32() { return {}; }
inline aie::vector<int16, 32> undef_v32int16() { return {}; }
inline aie::vector<int8, 64> undef_v64int8() { return {}; }
inline aie::vector<bfloat16, 32> undef_v32bfloat16() { return {}; }

template <typename T, unsigned Elems> T extract_elem(const aie::vector<T, Elems>& v, unsigned index) {
  return v.get(index);
}
template <typename T, unsigned Elems> T ext_elem(const aie::vector<T, Elems>& v, unsigned index) {
  return v.get(index);
}
template <typename T, unsigned Elems>
aie::vector<T, Elems> upd_elem(aie::vector<T, Elems> v, unsigned index, std::type_identity_t<T> value) {
  v.set(value, index);
  return v;
}

inline void event0() {}
inline void event1() {}
inline unsigned long long get_cycles() { return 0; }
/// Column in bits 22:16 and row, counted from the interface tiles, below: 0 for kernels without a place.
inline int get_coreid() { return tilewright::adf::id_of_running_core(); }

using v32int4 = aie::vector<int4, 32>;
using v64int4 = aie::vector<int4, 64>;
using v128int4 = aie::vector<int4, 128>;
using v16int8 = aie::vector<int8, 16>;
using v32int8 = aie::vector<int8, 32>;
using v64int8 = aie::vector<int8, 64>;
using v128int8 = aie::vector<int8, 128>;
using v16uint8 = aie::vector<uint8, 16>;
using v32uint8 = aie::vector<uint8, 32>;
using v64uint8 = aie::vector<uint8, 64>;
using v128uint8 = aie::vector<uint8, 128>;
using v8int16 = aie::vector<int16, 8>;
using v16int16 = aie::vector<int16, 16>;
using v32int16 = aie::vector<int16, 32>;
using v64int16 = aie::vector<int16, 64>;
using v8uint16 = aie::vector<uint16, 8>;
using v16uint16 = aie::vector<uint16, 16>;
using v32uint16 = aie::vector<uint16, 32>;
using v64uint16 = aie::vector<uint16, 64>;
using v4int32 = aie::vector<int32, 4>;
using v8int32 = aie::vector<int32, 8>;
using v16int32 = aie::vector<int32, 16>;
using v32int32 = aie::vector<int32, 32>;
using v4uint32 = aie::vector<uint32, 4>;
using v8uint32 = aie::vector<uint32, 8>;
using v16uint32 = aie::vector<uint32, 16>;
using v32uint32 = aie::vector<uint32, 32>;
using v8bfloat16 = aie::vector<bfloat16, 8>;
using v16bfloat16 = aie::vector<bfloat16, 16>;
using v32bfloat16 = aie::vector<bfloat16, 32>;
using v64bfloat16 = aie::vector<bfloat16, 64>;
using v4cbfloat16 = aie::vector<cbfloat16, 4>;
using v8cbfloat16 = aie::vector<cbfloat16, 8>;
using v16cbfloat16 = aie::vector<cbfloat16, 16>;
using v32cbfloat16 = aie::vector<cbfloat16, 32>;
#if __AIE_ARCH__ == 22
using v8float16 = aie::vector<float16, 8>;
using v16float16 = aie::vector<float16, 16>;
using v32float16 = aie::vector<float16, 32>;
using v64float16 = aie::vector<float16, 64>;
using v16float8 = aie::vector<float8, 16>;
using v32float8 = aie::vector<float8, 32>;
using v64float8 = aie::vector<float8, 64>;
using v128float8 = aie::vector<float8, 128>;
using v16bfloat8 = aie::vector<bfloat8, 16>;
using v32bfloat8 = aie::vector<bfloat8, 32>;
using v64bfloat8 = aie::vector<bfloat8, 64>;
using v128bfloat8 = aie::vector<bfloat8, 128>;
#endif
using v4float = aie::vector<float, 4>;
using v8float = aie::vector<float, 8>;
using v16float = aie::vector<float, 16>;
using v32float = aie::vector<float, 32>;
using v4cint16 = aie::vector<cint16, 4>;
using v8cint16 = aie::vector<cint16, 8>;
using v16cint16 = aie::vector<cint16, 16>;
using v32cint16 = aie::vector<cint16, 32>;
using v4cint32 = aie::vector<cint32, 4>;
using v8cint32 = aie::vector<cint32, 8>;
using v16cint32 = aie::vector<cint32, 16>;
using v8acc32 = aie::accum<acc32, 8>;
using v16acc32 = aie::accum<acc32, 16>;
using v32acc32 = aie::accum<acc32, 32>;
using v64acc32 = aie::accum<acc32, 64>;
using v4acc64 = aie::accum<acc64, 4>;
using v8acc64 = aie::accum<acc64, 8>;
using v16acc64 = aie::accum<acc64, 16>;
using v32acc64 = aie::accum<acc64, 32>;
using v8accfloat = aie::accum<accfloat, 8>;
using v16accfloat = aie::accum<accfloat, 16>;
using v32accfloat = aie::accum<accfloat, 32>;
using v4cacc64 = aie::accum<cacc64, 4>;
using v8cacc64 = aie::accum<cacc64, 8>;
