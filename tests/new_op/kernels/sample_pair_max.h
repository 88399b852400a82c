// Both elements of each pair become the larger of the two.
//
// A configuration is a struct with
//   element_type
//   block_size    elements of a block; buffers hold whole blocks with an even number of columns, so pairs are
//   neighbours elements      of a buffer
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class sample_pair_max {
public:
  void run(adf::input_buffer<typename Config::element_type>& in,
           adf::output_buffer<typename Config::element_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(sample_pair_max::run); }
};
