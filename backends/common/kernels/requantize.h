// Requantization of integers that are already stored: out = requantize(in), channel by channel.
//
// A configuration is a struct with
//   input_type, output_type, accumulator_type
//   block_rows, block_columns   of the blocks that both buffers hold; 8 columns
//   rows, columns               of this tile's matrix
//   parameters                  length of the parameter array
//   uniform                     one multiplier of 16 bits for all channels, and products within 32 bits
//   multiplier, addend          of a uniform step, which does not read the parameters
//   rounding and what requantize_step.h asks for
//
// Parameters hold what requantize_step.h reads: multipliers and addends (high, then low parts) and low parts of multipliers.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class requantize {
public:
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const parameters_array& parameters,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(requantize::run); }
};
