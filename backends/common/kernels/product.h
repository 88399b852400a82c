// Product of two tensors of stored integers, requantized: out = requantize((first - zero point) * (second - zero
// point)), channel by channel.
//
// A configuration is a struct with
//   first_type, second_type, output_type   the operands of 8 or 16 bits
//   first_zero_point, second_zero_point    what is left without them fits 16 bits
//   block_rows, block_columns   of the blocks that the buffers hold; 8 columns
//   rows, columns               of this tile's matrices
//   parameters                  length of the parameter array
//   rounding and what requantize_step.h asks for
//
// Parameters hold what requantize_step.h reads.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class product {
public:
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::first_type>& first,
           adf::input_buffer<typename Config::second_type>& second, const parameters_array& parameters,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(product::run); }
};
