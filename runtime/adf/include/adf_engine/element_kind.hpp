// Element types as data: what PLIO text, dumps and reports need to know about them.
#pragma once

#include <cstddef>
#include <type_traits>

#include "../adf/scalar_types.hpp"

namespace tilewright::adf {

enum class ElementKind : unsigned char {
  opaque, ///< a user's struct: moved as bytes, never printed
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  bfloat16,
  float32,
  float64,
  cint16,
  cint32,
  cfloat,
  float16,
  float8,
  bfloat8,
  cbfloat16
};

struct ElementType {
  ElementKind kind = ElementKind::opaque;
  unsigned bytes = 0;
};

constexpr const char* element_name(ElementKind kind) {
  constexpr const char* names[] = {"struct", "int8",     "uint8",   "int16",   "uint16", "int32",  "uint32", "int64",
                                   "uint64", "bfloat16", "float32", "float64", "cint16", "cint32", "cfloat",
                                   "float16", "float8",  "bfloat8", "cbfloat16"};
  return names[static_cast<unsigned>(kind)];
}

template <typename T> constexpr ElementType element_type() {
  using U = std::remove_cv_t<T>;
  ElementKind kind = ElementKind::opaque;
  if (std::is_same_v<U, bfloat16>)
    kind = ElementKind::bfloat16;
  else if (std::is_same_v<U, float>)
    kind = ElementKind::float32;
  else if (std::is_same_v<U, double>)
    kind = ElementKind::float64;
  else if (std::is_same_v<U, cint16>)
    kind = ElementKind::cint16;
  else if (std::is_same_v<U, cint32>)
    kind = ElementKind::cint32;
  else if (std::is_same_v<U, cfloat>)
    kind = ElementKind::cfloat;
  else if (std::is_same_v<U, float16>)
    kind = ElementKind::float16;
  else if (std::is_same_v<U, float8>)
    kind = ElementKind::float8;
  else if (std::is_same_v<U, bfloat8>)
    kind = ElementKind::bfloat8;
  else if (std::is_same_v<U, cbfloat16>)
    kind = ElementKind::cbfloat16;
  else if (std::is_integral_v<U>)
    kind = sizeof(U) == 1   ? (std::is_signed_v<U> ? ElementKind::int8 : ElementKind::uint8)
           : sizeof(U) == 2 ? (std::is_signed_v<U> ? ElementKind::int16 : ElementKind::uint16)
           : sizeof(U) == 4 ? (std::is_signed_v<U> ? ElementKind::int32 : ElementKind::uint32)
                            : (std::is_signed_v<U> ? ElementKind::int64 : ElementKind::uint64);
  return {kind, static_cast<unsigned>(sizeof(U))};
}

} // namespace tilewright::adf
