// Sums of products: out = requantize(in * weights + bias) on a row of tiles in cascade. Each tile holds a slice of the
// input channels; partial sums flow west to east, and the last tile requantizes. In a dense layer each row of the
// result depends on one row of the input; in a convolution rows are the pixels of an image, and each depends on a
// window of them.
//
// A configuration is a struct with
//   input_type, weight_type, output_type
//   weight_storage               of the weights' array: weight_type, or for int4 int8, each of which has two
//   accumulator_type, cascade_type           what the multiplication is asked for, and what it keeps and passes on
//   block_rows, block_inner, block_columns   rows, input channels and output channels of a block in the buffers
//   joined_blocks                blocks of input channels in an operand; with the three before, the mmul shape
//   rows, columns                of the result: rows of one call, and output channels of this tile
//   inner                        input channels of this tile
//   pitch                        rows of the result that are one row of an image; a dense layer: all
//   in_pitch, in_rows            the same of the input, and its number of image rows with those around the result's
//   kernel_x, kernel_y           elements of a window; a dense layer: 1
//   stride_x, stride_y           from one window to the next
//   dilation_x, dilation_y       from one element of a window to the next
//   group_inner, group_columns   blocks of output channels come in groups that see operands of input channels of
//                                their own
//   tile_rows, tile_columns      accumulators kept at once, in blocks: up to 4 down and 2 across, at most 4
//   straight                     what is straight code: 2 a whole sum, 1 the window for one block of input channels,
//                                0 one row of it
//   same_weights                 all elements of the window have the same weights, which are there once
//   parameters, biases           length of the parameter arrays, and of the biases in them
//   bias_rows                    1, or 2: how often each block of biases stands side by side
//   row_classes, block_classes   0, or biases by position: sorts of image rows, and of blocks along a row
//   bias_along                   blocks along an image row, of all calls in an iteration if there is only one row
//   rounding and what requantize_step.h asks for
//
// `in` holds, for each block of input channels, its rows one by one; `out` likewise. Weights hold, for each group of
// tile_columns blocks of output channels, for each operand of their input channels, for each element of the window
// tile_columns blocks, of joined_blocks * block_inner x block_columns. There are biases and what requantize_step.h
// reads: multipliers and addends (or their high and low parts) and low parts of multipliers. A tile alone has all of
// them in its parameters, biases last, so that everything is aligned; in a cascade the first tile has the biases and
// the last one the rest.
//
// Biases are `columns` numbers, each block of them `bias_rows` times. By position they are a block for each block of
// columns, sort of image row and sort of block along it, then the sort of each image row of all calls in an iteration,
// then that of each block along a row.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>
#include <type_traits>

// Weights in an element of their array.
template <class Config>
inline constexpr unsigned contraction_weights_stored_together =
    std::is_same_v<typename Config::weight_type, typename Config::weight_storage> ? 1 : 2;

// Elements of the array of a tile's weights.
template <class Config>
inline constexpr unsigned
    contraction_weights = (Config::same_weights ? 1 : Config::kernel_x * Config::kernel_y) *
                          Config::group_inner* Config::joined_blocks* Config::block_inner* Config::columns
                          / contraction_weights_stored_together<Config>;

template <class Config> class contraction_single {
public:
  using weights_array = typename Config::weight_storage[contraction_weights<Config>];
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           const parameters_array& parameters, adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(contraction_single::run); }

private:
  unsigned call = 0; // in the iteration
};

template <class Config> class contraction_first {
public:
  using weights_array = typename Config::weight_storage[contraction_weights<Config>];
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           const parameters_array& parameters, output_cascade<typename Config::cascade_type>* sums_out);
  static void registerKernelClass() { REGISTER_FUNCTION(contraction_first::run); }

private:
  unsigned call = 0; // in the iteration
};

template <class Config> class contraction_middle {
public:
  using weights_array = typename Config::weight_storage[contraction_weights<Config>];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           input_cascade<typename Config::cascade_type>* sums_in,
           output_cascade<typename Config::cascade_type>* sums_out);
  static void registerKernelClass() { REGISTER_FUNCTION(contraction_middle::run); }
};

template <class Config> class contraction_last {
public:
  using weights_array = typename Config::weight_storage[contraction_weights<Config>];
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           input_cascade<typename Config::cascade_type>* sums_in, const parameters_array& parameters,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(contraction_last::run); }
};
