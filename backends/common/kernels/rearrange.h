// Elements of an image in other places: upsampling, slices, paddings, transposes, pixel shuffles.
//
// A configuration is a struct with
//   element_type      of both buffers
//   blocks            what an entry moves: 0 units; a block of 4 pixels x 8 channels of the output that is 1 a block of
//                     8 pixels x 4 channels, turned, or 2 half of the pixels of two such blocks, one after the other
//   unit_type, units  of units: an entry has `units` integers of this type, neighbouring channels of one pixel
//   entries           of one call and one pass
//   passes            over the entries, each of which begins `in_step` further in the input, in units or, of blocks, in
//                     elements; the output goes on
//   tables            1, or one for each call of an iteration
//   fill              bits of a unit that comes from nowhere; an element where blocks are moved
//   in_elements       of the input buffer
//   rows, columns     of the result in one call
//
// The table says for each entry in the order of the output where it lies in the input, in entries; -1: nowhere. Of a
// block it has two numbers, in blocks of 4 pixels x 8 channels. Turned: where the first 4 of the 8 pixels lie, times 2,
// plus 1 for the last 4 of the channels; and where the other pixels lie. Woven: where the first and the third pixel
// come from, times 2, plus 1 for the last 2 of the pixels; and where the second and the fourth come from, the same
// half. Buffers hold, for each block of channels, its pixels row by row.
#pragma once

#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>

template <class Config> class rearrange {
public:
  static constexpr unsigned numbers = (Config::blocks > 0 ? 2 : 1) * Config::entries; // of a table
  using table_array = int16[Config::tables * numbers];
  void run(adf::input_buffer<typename Config::element_type>& in, const table_array& table,
           adf::output_buffer<typename Config::element_type>& out);
  static void registerKernelClass() { REGISTER_FUNCTION(rearrange::run); }

private:
  using element = typename Config::element_type;
  static void turn_blocks(const element* __restrict from, const int16* __restrict table, element* __restrict to);
  static void weave_blocks(const element* __restrict from, const int16* __restrict table, element* __restrict to);
  static void move_units(const element* __restrict from, const int16* __restrict table, element* __restrict to);

  unsigned call = 0; // in the iteration
};
