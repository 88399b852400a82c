// The tiles of one rearrangement: `tiles` of them, one above the other, each with a slice of the channels.
//
// Banks as in contraction_graph.h: the table where weights are.
#pragma once

#include "rearrange.h"

template <class Config> class rearrange_graph : public adf::graph {
public:
  static constexpr unsigned tiles = Config::tiles;

  adf::kernel kernels[tiles];
  adf::input_port in[tiles];
  adf::output_port out[tiles];
  adf::port<adf::direction::in> weights[tiles];

  rearrange_graph() {
    for (unsigned i = 0; i < tiles; ++i) {
      kernels[i] = adf::kernel::create_object<rearrange<Config>>();
      adf::source(kernels[i]) = "rearrange.cpp";
      adf::runtime<adf::ratio>(kernels[i]) = 1.0;
      adf::stack_size(kernels[i]) = 2048;
      if (Config::repetitions > 1) adf::repetition_count(kernels[i]) = Config::repetitions;
      adf::connect<>(in[i], kernels[i].in[0]);
      adf::dimensions(kernels[i].in[0]) = {Config::in_elements};
      adf::single_buffer(kernels[i].in[1]);
      adf::connect<adf::parameter>(weights[i], adf::async(kernels[i].in[1]));
      adf::connect<>(kernels[i].out[0], out[i]);
      adf::dimensions(kernels[i].out[0]) = {Config::out_elements};
      place(i);
    }
  }

private:
  void place(unsigned i) {
    const int x = Config::place_column;
    const int y = Config::place_row + i;
    adf::location<adf::kernel>(kernels[i]) = adf::tile(x, y);
    adf::location<adf::buffer>(kernels[i].in[0]) = {adf::bank(x - 1, y, 0), adf::bank(x - 1, y, 3)};
    adf::location<adf::stack>(kernels[i]) = adf::bank(x, y, 1);
    adf::location<adf::buffer>(kernels[i].in[1]) = adf::bank(x, y, 2);
    adf::location<adf::buffer>(kernels[i].out[0]) = {adf::bank(x, y, 0), adf::bank(x, y, 3)};
  }
};
