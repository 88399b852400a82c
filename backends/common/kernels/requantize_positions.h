// Requantization of the pixels of an image, with numbers for each sort of pixel: out = requantize(in).
//
// A configuration is a struct with
//   input_type, output_type
//   rows, columns       of this tile's buffers: pixels of a call, and channels
//   rows_at_once        pixels that are computed together
//   pitch               pixels of an image row, with padding
//   sorts, row_sorts    of pixels, and of image rows
//   repetitions         calls in an iteration
//   parameters          length of the parameter array
//   rounding and what requantize_step.h asks for
//
// Parameters hold for each sort of pixel 8 multipliers, 8 high and 8 low parts of addends (addend = high * 2^30 + low)
// and, in mode 3 of requantize_step.h, 8 low parts of multipliers, all 8 the same; then for each sort of image row the sort of each of its pixels, and the sort of each image row.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class requantize_positions {
public:
  using parameters_array = int32[Config::parameters];
  void run(adf::input_buffer<typename Config::input_type>& in, const parameters_array& parameters,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(requantize_positions::run); }

private:
  unsigned call = 0; // in the iteration
};
