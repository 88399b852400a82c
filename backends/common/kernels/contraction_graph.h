// The tiles of one contraction: cascades of `cascade_length` tiles, stacked `cascade_rows` high and then side by side.
// Input channels are cut along a cascade, output channels and rows over the cascades: cascade c computes part
// c % batch_parts of the rows and slice c / batch_parts of the output channels. Its tile i is
// kernels[c * cascade_length + i]. With `same_slice` a cascade is one tile that reads a slice of the input of its own.
//
// Buffers, by bank of a tile (docs/bank_plan.md):
//   input_in_west   input ping and pong in banks 0 and 3 of the tile to the west, output ping and pong in banks 0 and 3
//   otherwise       input ping and pong in banks 0 and 3, output ping and pong in bank 1
// Stack and parameters are in bank 1, weights in bank 2.
#pragma once

#include "contraction.h"

template <class Config> class contraction_graph : public adf::graph {
public:
  static constexpr unsigned length = Config::cascade_length;
  static constexpr unsigned cascades = Config::cascades;
  static constexpr unsigned parts = Config::batch_parts;

  adf::kernel kernels[length * cascades];
  static constexpr unsigned slices = Config::same_slice ? cascades / parts : length; // of the input channels
  adf::input_port in[slices * parts];                                                // in[slice * batch_parts + part]
  adf::output_port out[cascades];
  adf::port<adf::direction::in> weights[length * cascades];
  static constexpr unsigned ends = length == 1 ? 1 : 2; // tiles of a cascade with parameters: its first and its last
  adf::port<adf::direction::in> parameters[cascades * ends];

  contraction_graph() {
    for (unsigned cascade = 0; cascade < cascades; ++cascade) {
      for (unsigned column = 0; column < length; ++column) {
        create(column, cascade);
        connect_inputs(column, cascade);
        place(column, cascade);
      }
      connect_output(cascade);
    }
  }

private:
  // Index of the parameter array among a kernel's inputs: behind buffer, weights and, where there is one, cascade.
  static constexpr unsigned first_parameters = 2;
  static constexpr unsigned last_parameters = length == 1 ? 2 : 3;

  adf::kernel& at(unsigned column, unsigned cascade) { return kernels[cascade * length + column]; }

  void create(unsigned column, unsigned cascade) {
    if constexpr (length == 1) {
      at(column, cascade) = adf::kernel::create_object<contraction_single<Config>>();
    } else {
      if (column == 0) {
        at(column, cascade) = adf::kernel::create_object<contraction_first<Config>>();
      } else if (column + 1 == length) {
        at(column, cascade) = adf::kernel::create_object<contraction_last<Config>>();
      } else if constexpr (length > 2) {
        at(column, cascade) = adf::kernel::create_object<contraction_middle<Config>>();
      }
    }
    adf::source(at(column, cascade)) = "contraction.cpp";
    adf::runtime<adf::ratio>(at(column, cascade)) = 1.0;
    adf::stack_size(at(column, cascade)) = 2048;
    if (Config::repetitions > 1) adf::repetition_count(at(column, cascade)) = Config::repetitions;
  }

  void connect_inputs(unsigned column, unsigned cascade) {
    adf::kernel& kernel = at(column, cascade);
    const unsigned slice = Config::same_slice ? cascade / parts : column;
    adf::connect<>(in[slice * parts + cascade % parts], kernel.in[0]);
    adf::dimensions(kernel.in[0]) = {Config::in_rows * Config::in_pitch * Config::inner};
    adf::single_buffer(kernel.in[1]);
    adf::connect<adf::parameter>(weights[cascade * length + column], adf::async(kernel.in[1]));
    if (column == 0 && length > 1) connect_parameters(kernel, first_parameters, cascade * ends);
    if (column > 0) adf::connect<adf::cascade>(at(column - 1, cascade).out[0], kernel.in[2]);
  }

  void connect_parameters(adf::kernel& kernel, unsigned input, unsigned port) {
    adf::single_buffer(kernel.in[input]);
    adf::connect<adf::parameter>(parameters[port], adf::async(kernel.in[input]));
  }

  void connect_output(unsigned cascade) {
    adf::kernel& last = at(length - 1, cascade);
    connect_parameters(last, last_parameters, cascade * ends + ends - 1);
    adf::connect<>(last.out[0], out[cascade]);
    adf::dimensions(last.out[0]) = {Config::rows * Config::columns};
  }

  void place(unsigned column, unsigned cascade) {
    const int x = Config::place_column + cascade / Config::cascade_rows * length + column;
    const int y = Config::place_row + cascade % Config::cascade_rows;
    const int input_x = Config::input_in_west ? x - 1 : x;
    adf::kernel& kernel = at(column, cascade);
    adf::location<adf::kernel>(kernel) = adf::tile(x, y);
    adf::location<adf::buffer>(kernel.in[0]) = {adf::bank(input_x, y, 0), adf::bank(input_x, y, 3)};
    adf::location<adf::stack>(kernel) = adf::bank(x, y, 1);
    adf::location<adf::buffer>(kernel.in[1]) = adf::bank(x, y, 2);
    if (column == 0 && length > 1) adf::location<adf::buffer>(kernel.in[first_parameters]) = adf::bank(x, y, 1);
    if (column + 1 == length) {
      const int ping = Config::input_in_west ? 0 : 1;
      const int pong = Config::input_in_west ? 3 : 1;
      adf::location<adf::buffer>(kernel.in[last_parameters]) = adf::bank(x, y, 1);
      adf::location<adf::buffer>(kernel.out[0]) = {adf::bank(x, y, ping), adf::bank(x, y, pong)};
    }
  }
};
