// Scalar arithmetic on cint16, cint32 and cfloat. Integer parts wrap; products exist for floats only, as the width of
// an integer product is the accumulator's business.
#pragma once

#include "scalar_types.hpp"

namespace tilewright::adf {

template <typename Complex, typename Part> constexpr Complex add_complex(Complex a, Complex b) {
  return Complex(static_cast<Part>(a.real + b.real), static_cast<Part>(a.imag + b.imag));
}
template <typename Complex, typename Part> constexpr Complex subtract_complex(Complex a, Complex b) {
  return Complex(static_cast<Part>(a.real - b.real), static_cast<Part>(a.imag - b.imag));
}

} // namespace tilewright::adf

constexpr cint16 operator+(cint16 a, cint16 b) { return tilewright::adf::add_complex<cint16, int16>(a, b); }
constexpr cint16 operator-(cint16 a, cint16 b) { return tilewright::adf::subtract_complex<cint16, int16>(a, b); }
constexpr cint16 operator-(cint16 a) { return cint16() - a; }
constexpr cint16& operator+=(cint16& a, cint16 b) { return a = a + b; }
constexpr cint16& operator-=(cint16& a, cint16 b) { return a = a - b; }

// Through 64 bits, so that overflow wraps.
constexpr cint32 operator+(cint32 a, cint32 b) {
  return cint32(static_cast<int32>(int64(a.real) + b.real), static_cast<int32>(int64(a.imag) + b.imag));
}
constexpr cint32 operator-(cint32 a, cint32 b) {
  return cint32(static_cast<int32>(int64(a.real) - b.real), static_cast<int32>(int64(a.imag) - b.imag));
}
constexpr cint32 operator-(cint32 a) { return cint32() - a; }
constexpr cint32& operator+=(cint32& a, cint32 b) { return a = a + b; }
constexpr cint32& operator-=(cint32& a, cint32 b) { return a = a - b; }

constexpr cfloat operator+(cfloat a, cfloat b) { return tilewright::adf::add_complex<cfloat, float>(a, b); }
constexpr cfloat operator-(cfloat a, cfloat b) { return tilewright::adf::subtract_complex<cfloat, float>(a, b); }
constexpr cfloat operator-(cfloat a) { return cfloat(-a.real, -a.imag); }
constexpr cfloat operator*(cfloat a, cfloat b) {
  return cfloat(a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real);
}
constexpr cfloat operator*(cfloat a, float b) { return cfloat(a.real * b, a.imag * b); }
constexpr cfloat operator*(float a, cfloat b) { return b * a; }
constexpr cfloat operator/(cfloat a, float b) { return cfloat(a.real / b, a.imag / b); }
constexpr cfloat& operator+=(cfloat& a, cfloat b) { return a = a + b; }
constexpr cfloat& operator-=(cfloat& a, cfloat b) { return a = a - b; }
constexpr cfloat& operator*=(cfloat& a, cfloat b) { return a = a * b; }
