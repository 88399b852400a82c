// The tiles of one requantization by position.
#pragma once

#include "channelwise_graph.h"
#include "requantize_positions.h"

template <class Config> struct requantize_positions_layer {
  static constexpr unsigned operands = 1;
  static constexpr unsigned tables = 1;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<requantize_positions<Config>>();
    adf::source(kernel) = "requantize_positions.cpp";
  }
};

template <class Config> using requantize_positions_graph = channelwise_graph<Config, requantize_positions_layer<Config>>;
