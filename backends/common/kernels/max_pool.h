// The largest element of each window of an image, channel by channel. Zeros are read outside of the image, and never
// count.
//
// A configuration is a struct with
//   input_type                   also of the result
//   block_rows, block_inner      pixels and channels of the blocks that the buffers hold
//   rows, columns                of the result: pixels of one call, and channels of this tile
//   pitch                        pixels of an image row of the result
//   in_pitch, in_rows            of the input, and its number of image rows with those around the result's
//   kernel_x, kernel_y, stride_x, stride_y, dilation_x, dilation_y   the window
//   padded                       whether windows reach beyond the image, and elements may be negative
//   height                       image rows of the whole input
//   first_y, step_y              first row that the first call reads, and rows from call to call
//   limits                       length of the parameters
//   limits_along                 blocks of the result along an image row, of all calls if there is only one row
//
// Buffers hold, for each block of channels, its pixels row by row. With `padded`, parameters hold for each block along
// a row and each element of a window's row the most that each lane may be: the least number where it lies outside.
// Otherwise they are not read.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class max_pool {
public:
  using limits_array = typename Config::input_type[Config::limits];
  void run(adf::input_buffer<typename Config::input_type>& in, const limits_array& limits,
           adf::output_buffer<typename Config::input_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(max_pool::run); }

private:
  unsigned call = 0; // in the iteration
};
