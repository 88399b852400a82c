// The tiles of one dense layer: `cascades` rows of `cascade_length` tiles. Input features are cut along a row, output
// features over the rows. Tile (i, j) is kernels[j * cascade_length + i], at (place_column + i, place_row + j).
//
// Banks, as known to build with Vitis 2025.2: input ping and pong in banks 0 and 3 of the tile to the west, stack and
// parameters in bank 1, weights in bank 2, output ping and pong in banks 0 and 3.
#pragma once

#include "dense.h"

template <class Config> class dense_graph : public adf::graph {
public:
  static constexpr unsigned length = Config::cascade_length;
  static constexpr unsigned cascades = Config::cascades;

  adf::kernel kernels[length * cascades];
  adf::input_port in[length];
  adf::output_port out[cascades];
  adf::port<adf::direction::in> weights[length * cascades];
  adf::port<adf::direction::in> parameters[cascades];

  dense_graph() {
    for (unsigned row = 0; row < cascades; ++row) {
      for (unsigned column = 0; column < length; ++column) {
        create(column, row);
        connect_inputs(column, row);
        place(column, row);
      }
      connect_output(row);
    }
  }

private:
  // Index of the parameter array among the inputs of a row's last kernel: behind buffer, weights and cascade.
  static constexpr unsigned parameters_input = length == 1 ? 2 : 3;

  adf::kernel& at(unsigned column, unsigned row) { return kernels[row * length + column]; }

  void create(unsigned column, unsigned row) {
    if constexpr (length == 1) {
      at(column, row) = adf::kernel::create_object<dense_single<Config>>();
    } else {
      if (column == 0) {
        at(column, row) = adf::kernel::create_object<dense_first<Config>>();
      } else if (column + 1 == length) {
        at(column, row) = adf::kernel::create_object<dense_last<Config>>();
      } else if constexpr (length > 2) {
        at(column, row) = adf::kernel::create_object<dense_middle<Config>>();
      }
    }
    adf::source(at(column, row)) = "dense.cpp";
    adf::runtime<adf::ratio>(at(column, row)) = 1.0;
    adf::stack_size(at(column, row)) = 2048;
  }

  void connect_inputs(unsigned column, unsigned row) {
    adf::kernel& kernel = at(column, row);
    adf::connect<>(in[column], kernel.in[0]);
    adf::dimensions(kernel.in[0]) = {Config::rows * Config::inner};
    adf::single_buffer(kernel.in[1]);
    adf::connect<adf::parameter>(weights[row * length + column], adf::async(kernel.in[1]));
    if (column > 0) adf::connect<adf::cascade>(at(column - 1, row).out[0], kernel.in[2]);
  }

  void connect_output(unsigned row) {
    adf::kernel& last = at(length - 1, row);
    adf::single_buffer(last.in[parameters_input]);
    adf::connect<adf::parameter>(parameters[row], adf::async(last.in[parameters_input]));
    adf::connect<>(last.out[0], out[row]);
    adf::dimensions(last.out[0]) = {Config::rows * Config::columns};
  }

  void place(unsigned column, unsigned row) {
    const int x = Config::place_column + column;
    const int y = Config::place_row + row;
    adf::kernel& kernel = at(column, row);
    adf::location<adf::kernel>(kernel) = adf::tile(x, y);
    adf::location<adf::buffer>(kernel.in[0]) = {adf::bank(x - 1, y, 0), adf::bank(x - 1, y, 3)};
    adf::location<adf::stack>(kernel) = adf::bank(x, y, 1);
    adf::location<adf::buffer>(kernel.in[1]) = adf::bank(x, y, 2);
    if (column + 1 == length) {
      adf::location<adf::buffer>(kernel.in[parameters_input]) = adf::bank(x, y, 1);
      adf::location<adf::buffer>(kernel.out[0]) = {adf::bank(x, y, 0), adf::bank(x, y, 3)};
    }
  }
};
