// Sum of two tensors of stored integers, rounded once: out = requantize(first * multiplier + second * multiplier +
// addend), channel by channel.
//
// A configuration is a struct with
//   first_type, second_type, output_type
//   block_rows, block_columns   of the blocks that the buffers hold; 8 columns
//   rows, columns               of this tile's matrices
//   parameters                  length of the parameter array
//   uniform                     one set of 16-bit multipliers for all channels, and sums within 32 bits
//   first_multiplier, second_multiplier, addend   of a uniform sum
//   rounding and what requantize_step.h asks for
//
// Parameters hold the multipliers of the first and of the second tensor, then the addends (high, then low parts). A
// uniform sum does not read them.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class requantize_sum {
public:
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::first_type>& first,
           adf::input_buffer<typename Config::second_type>& second, const parameters_array& parameters,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(requantize_sum::run); }
};
