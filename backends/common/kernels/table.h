// Any function of 8-bit integers: the entry that the value names.
//
// A configuration is a struct with
//   input_type, output_type   int8 or uint8; up to 32 bits
//   entry_type                of the stored entries: output_type, or int16 for 8 bits
//   rows, columns             of this tile's buffers
//   entries                   length of each of the two tables
//   channels                  0: one function for all channels, else the channels of a block, each with its own
//
// With one function the tables are those of aie::lut: entries in the order of the values, in groups of one bank's width
// that stand twice, the same in both. With a function for each channel, 256 entries a channel stand in order in the
// first table. Buffers hold, for each block of channels, its rows one by one.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class table {
public:
  using entries_array = typename Config::entry_type[Config::entries];
  void run(adf::input_buffer<typename Config::input_type>& in, const entries_array& first, const entries_array& second,
           adf::output_buffer<typename Config::output_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(table::run); }
};
