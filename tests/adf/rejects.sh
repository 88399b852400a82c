#!/bin/sh
# usage: rejects.sh COMPILER INCLUDE
# Each snippet must fail to compile, on both generations unless it names one, with a message that contains the given text.
compiler=$1
include=$2
failures=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c++20 -DTILEWRIGHT_ADF_LIBRARY -I$include"
# The headers are read once a generation.
for arch in 20 22; do
  mkdir "$work/$arch"
  printf '#include <adf.h>\n#include <aie_api/aie.hpp>\n' > "$work/$arch/all.hpp"
  "$compiler" $flags -D__AIE_ARCH__=$arch -x c++-header "$work/$arch/all.hpp" -o "$work/$arch/all.hpp.gch"
done

try() { # arch, source
  printf '#include "all.hpp"\n%s\n' "$2" |
    "$compiler" $flags -fsyntax-only -D__AIE_ARCH__="$1" -I"$work/$1" -x c++ - 2>&1
}

reject() { # arch, text of the message, source
  output=$(try "$1" "$3")
  if [ $? -eq 0 ]; then
    echo "FAILED: compiles on arch $1: $3"
    failures=$((failures + 1))
  elif ! printf '%s' "$output" | grep -qF "$2"; then
    echo "FAILED: no message \"$2\" for: $3"
    printf '%s\n' "$output" | head -5
    failures=$((failures + 1))
  fi
}

accept() { # arch, source
  if ! output=$(try "$1" "$2"); then
    echo "FAILED: does not compile on arch $1: $2"
    printf '%s\n' "$output" | head -5
    failures=$((failures + 1))
  fi
}

accept 20 'aie::mmul<4, 8, 8, int8, int8, acc32> c;'
accept 22 'aie::mmul<8, 8, 8, int8, int8, acc32> c;'
accept 20 'aie::mmul<4, 4, 4, int16, int16, accfloat> c;'
accept 20 'aie::mmul<1, 4, 8, cint16, cint16> c;'
accept 22 'aie::mmul<4, 8, 8, int16, int8, acc64> c;'
shape='has no such shape for these operand types'
reject 20 "$shape" 'aie::mmul<8, 2, 8, int8, int8, acc32> c;'
reject 20 "$shape" 'aie::mmul<4, 8, 8, int16, int8, acc32> c;'
reject 20 "$shape" 'aie::mmul<4, 4, 8, int32, int32, acc64> c;'
reject 20 "$shape" 'aie::mmul<4, 4, 8, int16, int32, acc64> c;'
reject 20 "$shape" 'aie::mmul<8, 8, 8, int8, int4, acc32> c;'
reject 20 "$shape" 'aie::mmul<8, 2, 8, bfloat16, bfloat16> c;'
reject 22 "$shape" 'aie::mmul<4, 8, 4, int8, int8, acc32> c;'
reject 22 "$shape" 'aie::mmul<8, 8, 4, bfloat16, bfloat16> c;'
reject 22 "$shape" 'aie::mmul<4, 4, 4, int16, int16, acc32> c;'
reject 22 "$shape" 'aie::mmul<1, 16, 8, int8, int8, acc32> c;'
for arch in 20 22; do
  reject $arch "$shape" 'aie::mmul<3, 8, 8, int8, int8, acc32> c;'
  reject $arch "$shape" 'aie::mmul<4, 8, 8, float, int8> c;'
  reject $arch 'no accumulator that wide' 'aie::mmul<4, 8, 8, int8, int8, acc64> c;'
  reject $arch '32-bit operands need a 64-bit accumulator' 'aie::mmul<4, 4, 4, int32, int32, acc32> c;'
  reject $arch 'must be a power of two' 'aie::vector<int8, 24> v;'
  reject $arch 'smallest vector' 'aie::vector<int8, 8> v;'
  reject $arch 'not an element type' 'aie::vector<double, 8> v;'
  reject $arch 'not an accumulator tag' 'aie::accum<int, 8> a;'
  reject $arch 'another tag than the cascade' 'void f(output_cascade<acc32>* c, aie::accum<acc64, 16> a) { writeincr(c, a); }'
done
reject 20 'TILEWRIGHT_ADF_DEVICE names no device' '
#undef TILEWRIGHT_ADF_DEVICE
constexpr auto d = tilewright::adf::find_device("vc1902", 20);
static_assert(d != nullptr, "TILEWRIGHT_ADF_DEVICE names no device");'
reject 20 'neither a buffer, stream or cascade nor a runtime parameter' 'void k(int* p); adf::kernel a = adf::kernel::create(k);'
reject 20 'adf::pktsplit: 1 to 32 outputs' 'adf::pktsplit<33> s;'
for arch in 20 22; do
  reject $arch 'the radix is 2, 3, 4 or 5' 'aie::fft_dit<8, 6, cint16> f;'
  reject $arch 'no stage for these types' 'aie::fft_dit<8, 5, cint16, cint16, cint32> f;'
  reject $arch 'no stage for these types' 'aie::fft_dit<8, 2, cfloat, cint16> f;'
  reject $arch 'it exists on the first generation only' 'auto s = aie::sincos(0.5f);'
  reject $arch 'not a pair of types' 'aie::sliding_mul_ops<8, 4, 1, 1, 1, int8, int16> s;'
  reject $arch 'CoeffStep is 1 or 2' 'aie::sliding_mul_ops<8, 4, 3, 1, 1, int16, int16> s;'
  same='operands need the same element type'
  reject $arch "$same" 'auto f(aie::vector<int16, 16> v) { return aie::add(v, 1); }'
  reject $arch "$same" 'auto f(aie::vector<int16, 32> v, aie::vector<int8, 32> w) { return aie::sub(v, w); }'
  reject $arch "$same" 'auto f(aie::vector<float, 16> v) { return aie::max(v, 0.5); }'
  reject $arch "$same" 'auto f(aie::vector<int8, 32> v, uint8 s) { return aie::lt(v, s); }'
  reject $arch 'complex elements have no order' 'auto f(aie::vector<cint16, 8> v) { return aie::min(v, v); }'
  products='do not multiply elements of these types'
  reject $arch "$products" 'auto f(aie::vector<int8, 16> v, aie::vector<int32, 16> w) { return aie::mul(v, w); }'
  reject $arch "$products" 'auto f(aie::vector<int8, 16> v) { return aie::mul(v, 3); }'
  reject $arch "$products" 'auto f(aie::vector<float, 16> v, aie::vector<bfloat16, 16> w) { return aie::mul(v, w); }'
  accept $arch 'auto f(aie::vector<int16, 16> v) { return aie::mul(aie::add(v, int16(1)), int32(3)); }'
  accept $arch 'auto f(aie::vector<cint16, 8> v, int16 s) { return aie::mul(v, s); }'
  accept $arch 'auto f(aie::vector<cbfloat16, 8> v, bfloat16 s) { return aie::mul(v, s); }'
  reject $arch 'integers only' 'auto f(aie::vector<float, 8> v) { return aie::saturating_add(v, v); }'
  reject $arch 'one, two or four times 512 bits' 'aie::sparse_vector<int8, 32> v;'
  reject $arch 'this shape takes a sparse B only' 'void f(aie::mmul<8, 16, 8, int8, int8> c, aie::vector<int8, 128> v) { c.mac(v, v); }'
  reject $arch 'aie::op_transpose is not emulated' 'auto f(aie::vector<int8, 64> v) { return aie::op_transpose(v); }'
  reject $arch 'aie::sliding_mul_ch is not emulated' 'auto f(aie::vector<int8, 64> v) { return aie::sliding_mul_ch<4, 8, 8>(v, 0, v, 0); }'
  reject $arch 'extract_data is not emulated' 'auto f(aie::sparse_vector<int8, 64> v) { return v.extract_data(); }'
done
for arch in 20 22; do
  accept $arch 'auto f(aie::lut<4, int8> t) { return aie::parallel_lookup<int8, aie::lut<4, int8>>(t, 0, 128); }'
  accept $arch 'auto f(aie::lut<4, int8> t) { return aie::parallel_lookup<uint8, aie::lut<4, int8>>(t, 0); }'
  reject $arch 'unsigned indices take no bias' '
auto f(aie::lut<4, int8> t) { return aie::parallel_lookup<uint8, aie::lut<4, int8>>(t, 0, 128); }'
done
for type in float16 float8 bfloat8; do
  reject 20 'not an element type' "aie::vector<$type, 64> v;"
  accept 22 "auto f(aie::vector<$type, 64> v) { return aie::mac(aie::mul(v, v), v, v); }"
done
accept 22 'auto f(aie::vector<float16, 32> v, aie::vector<bfloat16, 32> w) { return aie::mul(v, w); }'
reject 22 'do not multiply' 'auto f(aie::vector<float8, 64> v, aie::vector<bfloat8, 64> w) { return aie::mul(v, w); }'
reject 22 "$shape" 'aie::mmul<4, 8, 8, float8, float8> c;'
reject 20 'points come in fours' 'aie::sliding_mul_ops<8, 2, 1, 1, 1, int32, int16> s;'
accept 22 'aie::sliding_mul_ops<8, 2, 1, 1, 1, int32, int16> s;'

if [ "$failures" -ne 0 ]; then
  echo "$failures snippets failed"
  exit 1
fi
echo "all snippets behave"
