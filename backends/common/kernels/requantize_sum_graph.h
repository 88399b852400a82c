// The tiles of one sum of two tensors: `tiles` of them, one above the other, each with a slice of the features. The
// ports of the second tensor follow those of the first.
//
// Banks: first input ping and pong in banks 0 and 3 of the tile to the west, second input in its banks 1 and 2; stack
// and parameters in bank 1, output ping and pong in banks 0 and 3.
#pragma once

#include "requantize_sum.h"

template <class Config> class requantize_sum_graph : public adf::graph {
public:
  static constexpr unsigned tiles = Config::tiles;

  adf::kernel kernels[tiles];
  adf::input_port in[2 * tiles];
  adf::output_port out[tiles];
  adf::port<adf::direction::in> parameters[tiles];

  requantize_sum_graph() {
    for (unsigned i = 0; i < tiles; ++i) {
      kernels[i] = adf::kernel::create_object<requantize_sum<Config>>();
      adf::source(kernels[i]) = "requantize_sum.cpp";
      adf::runtime<adf::ratio>(kernels[i]) = 1.0;
      adf::stack_size(kernels[i]) = 2048;
      if (Config::repetitions > 1) adf::repetition_count(kernels[i]) = Config::repetitions;
      adf::connect<>(in[i], kernels[i].in[0]);
      adf::dimensions(kernels[i].in[0]) = {Config::rows * Config::columns};
      adf::connect<>(in[tiles + i], kernels[i].in[1]);
      adf::dimensions(kernels[i].in[1]) = {Config::rows * Config::columns};
      adf::single_buffer(kernels[i].in[2]);
      adf::connect<adf::parameter>(parameters[i], adf::async(kernels[i].in[2]));
      adf::connect<>(kernels[i].out[0], out[i]);
      adf::dimensions(kernels[i].out[0]) = {Config::rows * Config::columns};
      place(i);
    }
  }

private:
  void place(unsigned i) {
    const int x = Config::place_column;
    const int y = Config::place_row + i;
    adf::location<adf::kernel>(kernels[i]) = adf::tile(x, y);
    adf::location<adf::buffer>(kernels[i].in[0]) = {adf::bank(x - 1, y, 0), adf::bank(x - 1, y, 3)};
    adf::location<adf::buffer>(kernels[i].in[1]) = {adf::bank(x - 1, y, 1), adf::bank(x - 1, y, 2)};
    adf::location<adf::stack>(kernels[i]) = adf::bank(x, y, 1);
    adf::location<adf::buffer>(kernels[i].in[2]) = adf::bank(x, y, 1);
    adf::location<adf::buffer>(kernels[i].out[0]) = {adf::bank(x, y, 0), adf::bank(x, y, 3)};
  }
};
