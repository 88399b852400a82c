// The tiles of a layer whose channels have nothing to do with each other: `tiles` of them, one above the other, each
// with a slice of the channels.
//
// Layer says what they run:
//   create()         makes a kernel whose run() takes the operands, the tables and one output buffer
//   operands         input buffers, of `input_elements` each
//   tables           arrays that are runtime parameters
// Tile i has operand n at in[n * tiles + i] and table n at parameters[n * tiles + i].
//
// Banks: operands lie in the tile to the west, ping and pong of the first in banks 0 and 3, of the second in 1 and 2.
// The first table shares bank 1 with the stack, the second is in bank 2, so that both can be read at once. Output ping
// and pong are in banks 0 and 3.
#pragma once

#include <adf.h>

template <unsigned count> struct table_ports {
  adf::port<adf::direction::in> parameters[count];
};
template <> struct table_ports<0> {};

template <class Config, class Layer>
class channelwise_graph : public adf::graph, public table_ports<Layer::tables * Config::tiles> {
public:
  static constexpr unsigned tiles = Config::tiles;

  adf::kernel kernels[tiles];
  adf::input_port in[Layer::operands * tiles];
  adf::output_port out[tiles];

  channelwise_graph() {
    for (unsigned i = 0; i < tiles; ++i) {
      adf::kernel& kernel = kernels[i];
      Layer::create(kernel);
      adf::runtime<adf::ratio>(kernel) = 1.0;
      adf::stack_size(kernel) = 2048;
      if (Config::repetitions > 1) adf::repetition_count(kernel) = Config::repetitions;

      const int x = Config::place_column;
      const int y = Config::place_row + i;
      adf::location<adf::kernel>(kernel) = adf::tile(x, y);
      adf::location<adf::stack>(kernel) = adf::bank(x, y, 1);
      for (unsigned n = 0; n < Layer::operands; ++n) {
        adf::connect<>(in[n * tiles + i], kernel.in[n]);
        adf::dimensions(kernel.in[n]) = {Layer::input_elements};
        adf::location<adf::buffer>(kernel.in[n]) = {adf::bank(x - 1, y, n == 0 ? 0 : 1),
                                                    adf::bank(x - 1, y, n == 0 ? 3 : 2)};
      }
      if constexpr (Layer::tables > 0) {
        for (unsigned n = 0; n < Layer::tables; ++n) {
          const unsigned port = Layer::operands + n;
          adf::single_buffer(kernel.in[port]);
          adf::connect<adf::parameter>(this->parameters[n * tiles + i], adf::async(kernel.in[port]));
          adf::location<adf::buffer>(kernel.in[port]) = adf::bank(x, y, 1 + n);
        }
      }
      adf::connect<>(kernel.out[0], out[i]);
      adf::dimensions(kernel.out[0]) = {Config::rows * Config::columns};
      adf::location<adf::buffer>(kernel.out[0]) = {adf::bank(x, y, 0), adf::bank(x, y, 3)};
    }
  }
};
