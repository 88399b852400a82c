// x where x > limit, else 0. A configuration gives element_type, limit, block_size and elements (of the tile's buffer).
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class threshold {
public:
  void run(adf::input_buffer<typename Config::element_type>& in,
           adf::output_buffer<typename Config::element_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(threshold::run); }
};
