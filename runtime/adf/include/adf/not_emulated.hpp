// Parts of ADF that are not emulated: using one is a compile-time error that names it.
#pragma once

#include "kernel_arguments.hpp"

/// Windows, which input_buffer and output_buffer replaced in 2023.
template <typename T> struct input_window {};
template <typename T> struct output_window {};

namespace adf {

namespace detail {
template <typename...> inline constexpr bool emulated = false;

template <typename T> struct ArgumentTraits<input_window<T>*> {
  static_assert(emulated<T>, "input_window is not emulated: use adf::input_buffer, which replaced it");
};
template <typename T> struct ArgumentTraits<output_window<T>*> {
  static_assert(emulated<T>, "output_window is not emulated: use adf::output_buffer, which replaced it");
};
} // namespace detail

} // namespace adf
