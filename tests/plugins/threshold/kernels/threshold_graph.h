// `tiles` tiles, one above the other. Inputs lie in the tile to the west, outputs and stack in the kernel's own.
#pragma once

#include "threshold.h"

template <class Config> class threshold_graph : public adf::graph {
public:
  adf::kernel kernels[Config::tiles];
  adf::input_port in[Config::tiles];
  adf::output_port out[Config::tiles];

  threshold_graph() {
    for (unsigned i = 0; i < Config::tiles; ++i) {
      kernels[i] = adf::kernel::create_object<threshold<Config>>();
      adf::source(kernels[i]) = "threshold.cpp";
      adf::runtime<adf::ratio>(kernels[i]) = 1.0;
      adf::stack_size(kernels[i]) = 2048;
      if (Config::repetitions > 1) adf::repetition_count(kernels[i]) = Config::repetitions;
      adf::connect<>(in[i], kernels[i].in[0]);
      adf::dimensions(kernels[i].in[0]) = {Config::elements};
      adf::connect<>(kernels[i].out[0], out[i]);
      adf::dimensions(kernels[i].out[0]) = {Config::elements};

      const int x = Config::place_column;
      const int y = Config::place_row + i;
      adf::location<adf::kernel>(kernels[i]) = adf::tile(x, y);
      adf::location<adf::buffer>(kernels[i].in[0]) = {adf::bank(x - 1, y, 0), adf::bank(x - 1, y, 3)};
      adf::location<adf::stack>(kernels[i]) = adf::bank(x, y, 1);
      adf::location<adf::buffer>(kernels[i].out[0]) = {adf::bank(x, y, 0), adf::bank(x, y, 3)};
    }
  }
};
