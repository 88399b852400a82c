// The tiles of one requantization.
#pragma once

#include "channelwise_graph.h"
#include "requantize.h"

template <class Config> struct requantize_layer {
  static constexpr unsigned operands = 1;
  static constexpr unsigned tables = 1;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<requantize<Config>>();
    adf::source(kernel) = "requantize.cpp";
  }
};

template <class Config> using requantize_graph = channelwise_graph<Config, requantize_layer<Config>>;
