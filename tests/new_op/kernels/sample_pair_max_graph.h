// `tiles` tiles, one above the other, each with a slice of the features. Banks as in contraction_graph.h, without weights.
#pragma once

#include "sample_pair_max.h"

template <class Config> class sample_pair_max_graph : public adf::graph {
public:
  adf::kernel kernels[Config::tiles];
  adf::input_port in[Config::tiles];
  adf::output_port out[Config::tiles];

  sample_pair_max_graph() {
    for (unsigned i = 0; i < Config::tiles; ++i) {
      kernels[i] = adf::kernel::create_object<sample_pair_max<Config>>();
      adf::source(kernels[i]) = "sample_pair_max.cpp";
      adf::runtime<adf::ratio>(kernels[i]) = 1.0;
      adf::stack_size(kernels[i]) = 2048;
      if (Config::repetitions > 1) adf::repetition_count(kernels[i]) = Config::repetitions;
      adf::connect<>(in[i], kernels[i].in[0]);
      adf::dimensions(kernels[i].in[0]) = {Config::elements};
      adf::connect<>(kernels[i].out[0], out[i]);
      adf::dimensions(kernels[i].out[0]) = {Config::elements};
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
    adf::location<adf::buffer>(kernels[i].out[0]) = {adf::bank(x, y, 0), adf::bank(x, y, 3)};
  }
};
