// Printing vectors and accumulators: aie::print, print_fixed and print_matrix.
//
// Lanes are printed in decimal, also those of integer accumulators, which AMD's headers print in hexadecimal.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstring>

#include "aie.hpp"
#include "loop_utilities.hpp"

namespace aie {
namespace detail {

/// value * 2^scale; a scale of 0 keeps integers integers.
template <typename T> void print_value(const T& value, int scale = 0) {
  if constexpr (requires { value.real; }) {
    std::printf("(");
    print_value(value.real, scale);
    print_value(value.imag, scale);
    std::printf(") ");
  } else if constexpr (std::is_integral_v<T>) {
    if (scale == 0)
      std::printf("%lld ", static_cast<long long>(value));
    else
      std::printf("%f ", std::ldexp(static_cast<double>(value), scale));
  } else {
    std::printf("%f ", static_cast<double>(static_cast<float>(value)));
  }
}

template <typename Value> auto printed_lane(const Value& value, unsigned index) {
  if constexpr (is_accum_v<Value>)
    return value.data()[index];
  else
    return value.get(index);
}

template <typename Value>
concept Printable = is_vector_v<Value> || is_accum_v<Value>;

} // namespace detail

template <detail::Printable Value> void print(const Value& value, bool newline = false, const char* prefix = nullptr) {
  if (prefix != nullptr) std::printf("%s", prefix);
  for (unsigned i = 0; i < Value::size(); ++i)
    detail::print_value(detail::printed_lane(value, i));
  if (newline) std::printf("\n");
}

template <unsigned Elems> void print(const mask<Elems>& value, bool newline = false, const char* prefix = nullptr) {
  if (prefix != nullptr) std::printf("%s", prefix);
  for (unsigned i = 0; i < Elems; ++i)
    std::printf("%d ", value.test(i) ? 1 : 0);
  if (newline) std::printf("\n");
}

/// Integers as fixed-point numbers: every lane times 2^scale.
template <typename T, unsigned Elems>
void print_fixed(const vector<T, Elems>& value, int scale, bool newline = false, const char* prefix = nullptr) {
  if (prefix != nullptr) std::printf("%s", prefix);
  for (unsigned i = 0; i < Elems; ++i)
    detail::print_value(value.get(i), scale);
  if (newline) std::printf("\n");
}

/// Row-major, `columns` lanes a line; lines after the first are indented by the length of the prefix.
template <detail::Printable Value>
void print_matrix(const Value& value, unsigned columns, const char* prefix = nullptr) {
  const int indent = prefix != nullptr ? static_cast<int>(std::strlen(prefix)) : 0;
  for (unsigned i = 0; i < Value::size(); ++i) {
    if (i % columns == 0) std::printf("%*s", indent, i == 0 && prefix != nullptr ? prefix : "");
    detail::print_value(detail::printed_lane(value, i));
    if ((i + 1) % columns == 0) std::printf("\n");
  }
}

/// Hints about registers, which change nothing.
enum class AIE_RegFile { Default };

namespace utils {

template <unsigned Register = ~0U, AIE_RegFile File = AIE_RegFile::Default, typename T>
auto locate_in_register(const T& value) {
  return value;
}
template <unsigned First = 0, unsigned N, AIE_RegFile File = AIE_RegFile::Default, typename T>
void locate_in_register(T (&)[N]) {}

} // namespace utils

} // namespace aie
