// The larger or the smaller one of two stored integers.
//
// A configuration is a struct with
//   input_type       of both operands and of the result, up to 32 bits
//   smallest         whether the smaller one
//   rows, columns    of this tile's buffers
//
// What the buffers' elements mean does not matter, as long as it is the same.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class extremum {
public:
  void run(adf::input_buffer<typename Config::input_type>& first, adf::input_buffer<typename Config::input_type>& second,
           adf::output_buffer<typename Config::input_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(extremum::run); }
};
