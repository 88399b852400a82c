// The tiles of one sum of two tensors.
#pragma once

#include "channelwise_graph.h"
#include "requantize_sum.h"

template <class Config> struct requantize_sum_layer {
  static constexpr unsigned operands = 2;
  static constexpr unsigned tables = 1;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<requantize_sum<Config>>();
    adf::source(kernel) = "requantize_sum.cpp";
  }
};

template <class Config> using requantize_sum_graph = channelwise_graph<Config, requantize_sum_layer<Config>>;
