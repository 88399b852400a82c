// Dense layer: out = requantize(in * weights + bias), on a row of tiles in cascade. Each tile holds a slice of the input
// features; partial sums flow west to east, and the last tile requantizes.
//
// A configuration is a struct with
//   input_type, weight_type, output_type, accumulator_type
//   block_rows, block_inner, block_columns   the mmul shape
//   rows, inner, columns                     of this tile's matrices: in is rows x inner, weights inner x columns
//   tile_rows, tile_columns                  accumulators kept at once: 1 or 2 blocks down, 1 or 2 across
//   unrolled                                 whether the inner dimension is straight code
//   parameters                               length of the parameter array
//   rounding and what requantize_step.h asks for
//
// Buffers hold blocks: `in` rows / block_rows x inner / block_inner blocks of block_rows x block_inner, `out` likewise.
// Weights hold, for each group of tile_columns block columns, inner / block_inner times tile_columns blocks. There are
// `columns` biases and what requantize_step.h reads: multipliers and addends (high, then low parts) and low parts of
// multipliers. A tile alone has them one behind the other in its parameters; in a cascade the first tile has the biases and
// the last one the rest.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class dense_single {
public:
  using weights_array = typename Config::weight_type[Config::inner * Config::columns];
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           const parameters_array& parameters, adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(dense_single::run); }
};

template <class Config> class dense_first {
public:
  using weights_array = typename Config::weight_type[Config::inner * Config::columns];
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           const parameters_array& parameters, output_cascade<typename Config::accumulator_type>* sums_out);
  static void registerKernelClass() { REGISTER_FUNCTION(dense_first::run); }
};

template <class Config> class dense_middle {
public:
  using weights_array = typename Config::weight_type[Config::inner * Config::columns];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           input_cascade<typename Config::accumulator_type>* sums_in,
           output_cascade<typename Config::accumulator_type>* sums_out);
  static void registerKernelClass() { REGISTER_FUNCTION(dense_middle::run); }
};

template <class Config> class dense_last {
public:
  using weights_array = typename Config::weight_type[Config::inner * Config::columns];
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
           input_cascade<typename Config::accumulator_type>* sums_in, const parameters_array& parameters,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(dense_last::run); }
};
