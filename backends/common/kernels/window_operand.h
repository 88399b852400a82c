// Pixels of an image row as operands of the multiplier, or of any other vector operation. Included by kernel sources.
//
// A configuration gives
//   block_rows            pixels of an operand
//   block_inner           channels of a pixel
//   stride_x, dilation_x  pixels from one window to the next, and from one element of a window to the next
//
// The image row lies in memory pixel by pixel, its beginning aligned to an operand, and is as long as the last operand
// asks for: stride_x * (pixels of the result) + (elements of a window - 1) * dilation_x, in whole operands.
#pragma once

#include <aie_api/aie.hpp>

// Pixels at any stride, one by one.
template <class Config, typename T> inline auto strided_pixels(const T* pixels) {
  constexpr unsigned words = Config::block_inner * sizeof(T) / sizeof(int32); // of a pixel
  const int32* from = reinterpret_cast<const int32*>(pixels);
  aie::vector<int32, Config::block_rows * words> result;
  for (unsigned pixel = 0; pixel < Config::block_rows; ++pixel) {
    for (unsigned word = 0; word < words; ++word)
      result.set(from[pixel * Config::stride_x * words + word], pixel * words + word);
  }
  return result.template cast_to<T>();
}

// Two operands that lie side by side, aligned to one.
template <unsigned lanes, typename T> inline aie::vector<T, 2 * lanes> two_operands(const T* from) {
  if constexpr (lanes * sizeof(T) % aie::vector_decl_align == 0) {
    return aie::load_v<2 * lanes>(from);
  } else {
    return aie::concat(aie::load_v<lanes>(from), aie::load_v<lanes>(from + lanes));
  }
}

// Two operands for windows side by side, pixel after pixel; stride_x is 1.
template <class Config, unsigned tap, typename T> inline auto window_operand_pair(const T* row) {
  constexpr unsigned lanes = Config::block_rows * Config::block_inner;
  constexpr unsigned first = tap * Config::dilation_x;
  constexpr unsigned rest = first % Config::block_rows * Config::block_inner;
  const T* aligned = row + (first - first % Config::block_rows) * Config::block_inner;
  const aie::vector<T, 2 * lanes> low = two_operands<lanes>(aligned);
  if constexpr (rest == 0) {
    return low;
  } else {
    return aie::shuffle_down_fill(low, aie::load_v<lanes>(aligned + 2 * lanes).template grow<2 * lanes>(), rest);
  }
}

// Element `tap` of the windows that begin at pixels 0, stride_x, 2 * stride_x, ... of `row`.
template <class Config, unsigned tap, typename T> inline auto window_operand(const T* row) {
  constexpr unsigned lanes = Config::block_rows * Config::block_inner;
  constexpr unsigned first = tap * Config::dilation_x;
  constexpr unsigned rest = first % Config::block_rows * Config::block_inner; // elements in front of the first one
  const T* aligned = row + (first - first % Config::block_rows) * Config::block_inner;
  if constexpr (Config::stride_x == 1) {
    const aie::vector<T, lanes> low = aie::load_v<lanes>(aligned);
    if constexpr (rest == 0) {
      return low;
    } else {
      return aie::shuffle_down_fill(low, aie::load_v<lanes>(aligned + lanes), rest);
    }
  } else if constexpr (Config::stride_x == 2) {
    const aie::vector<T, 2 * lanes> low = two_operands<lanes>(aligned);
    if constexpr (rest == 0) {
      return aie::filter_even(low, Config::block_inner);
    } else {
      aie::vector<T, 2 * lanes> next;
      next.insert(0, aie::load_v<lanes>(aligned + 2 * lanes));
      return aie::filter_even(aie::shuffle_down_fill(low, next, rest), Config::block_inner);
    }
  } else {
    return strided_pixels<Config>(row + first * Config::block_inner);
  }
}
