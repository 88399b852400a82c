// The tiles of one pooling: `tiles` of them, stacked `stack` high and then side by side, each with a slice of the
// channels and a part of the rows: tile t has part t % batch_parts and slice t / batch_parts.
//
// Banks as in contraction_graph.h, without weights and parameters.
#pragma once

#include "max_pool.h"

template <class Config> class max_pool_graph : public adf::graph {
public:
  static constexpr unsigned tiles = Config::tiles;

  adf::kernel kernels[tiles];
  adf::input_port in[tiles];
  adf::output_port out[tiles];

  max_pool_graph() {
    for (unsigned i = 0; i < tiles; ++i) {
      kernels[i] = adf::kernel::create_object<max_pool<Config>>();
      adf::source(kernels[i]) = "max_pool.cpp";
      adf::runtime<adf::ratio>(kernels[i]) = 1.0;
      adf::stack_size(kernels[i]) = 2048;
      if (Config::repetitions > 1) adf::repetition_count(kernels[i]) = Config::repetitions;
      adf::connect<>(in[i], kernels[i].in[0]);
      adf::dimensions(kernels[i].in[0]) = {Config::in_rows * Config::in_pitch * Config::columns};
      adf::connect<>(kernels[i].out[0], out[i]);
      adf::dimensions(kernels[i].out[0]) = {Config::rows * Config::columns};
      place(i);
    }
  }

private:
  void place(unsigned i) {
    const int x = Config::place_column + i / Config::stack;
    const int y = Config::place_row + i % Config::stack;
    const int input_x = Config::input_in_west ? x - 1 : x;
    const int ping = Config::input_in_west ? 0 : 1;
    const int pong = Config::input_in_west ? 3 : 1;
    adf::location<adf::kernel>(kernels[i]) = adf::tile(x, y);
    adf::location<adf::buffer>(kernels[i].in[0]) = {adf::bank(input_x, y, 0), adf::bank(input_x, y, 3)};
    adf::location<adf::stack>(kernels[i]) = adf::bank(x, y, 1);
    adf::location<adf::buffer>(kernels[i].out[0]) = {adf::bank(x, y, ping), adf::bank(x, y, pong)};
  }
};
