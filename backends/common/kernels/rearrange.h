// Elements of an image in other places: upsampling, slices, paddings, transposes, pixel shuffles.
//
// A configuration is a struct with
//   element_type      of both buffers
//   turned            whether entries are blocks of 4 pixels x 8 channels that come from blocks of 8 pixels x 4
//   channels;
//                     `unit_type` to `fill` but for `entries` and `tables` then say nothing
//   unit_type, units  an entry moves `units` integers of this type: neighbouring channels of one pixel
//   entries           of one call and one pass
//   passes            over the entries, each of which begins `in_step` units further in the input; the output goes on
//   tables            1, or one for each call of an iteration
//   fill              bits of a unit that comes from nowhere
//   in_elements       of the input buffer
//   rows, columns     of the result in one call
//
// The table says for each entry in the order of the output where it lies in the input, in entries; -1: nowhere. Of a
// turned block it has two numbers: where the first 4 of the 8 pixels lie, in blocks of 4 pixels x 8 channels, times 2,
// plus 1 for the last 4 of the channels; and where the other pixels lie. Buffers hold, for each block of channels, its
// pixels row by row.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class rearrange {
public:
  static constexpr unsigned numbers = (Config::turned ? 2 : 1) * Config::entries; // of a table
  using table_array = int16[Config::tables * numbers];
  void run(adf::input_buffer<typename Config::element_type>& in, const table_array& table,
           adf::output_buffer<typename Config::element_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(rearrange::run); }

private:
  using element = typename Config::element_type;
  static void move_blocks(const element* __restrict from, const int16* __restrict table, element* __restrict to);
  static void move_units(const element* __restrict from, const int16* __restrict table, element* __restrict to);

  unsigned call = 0; // in the iteration
};
