// A function of integers that are never negative, with at most one step in each bucket of 2^shift of them.
//
// A configuration is a struct with
//   output_type               int8 or uint8
//   rows, columns             of this tile's buffers
//   shift                     of a bucket's size
//   buckets                   how many there are
//   entries                   length of each of the two tables, in 32 bits
//
// A table has the edges of all buckets and behind them the levels, a byte below the edge and one from it on: each part
// as aie::lut has it, groups of one bank's width that stand twice. Both tables are the same.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class step_table {
public:
  using entries_array = int32[Config::entries];
  void run(adf::input_buffer<int32>& in, const entries_array& first, const entries_array& second,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(step_table::run); }
};
