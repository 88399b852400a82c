// The largest element of each window of an image, channel by channel. Zeros stand outside of the image.
//
// A configuration is a struct with
//   input_type                   also of the result
//   block_rows, block_inner      pixels and channels of the blocks that the buffers hold
//   rows, columns                of the result: pixels of one call, and channels of this tile
//   pitch                        pixels of an image row of the result
//   in_pitch, in_rows            of the input, and its number of image rows with those around the result's
//   kernel_x, kernel_y, stride_x, stride_y, dilation_x, dilation_y   the window
//
// Buffers hold, for each block of channels, its pixels row by row.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class max_pool {
public:
  void run(adf::input_buffer<typename Config::input_type>& in, adf::output_buffer<typename Config::input_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(max_pool::run); }
};
