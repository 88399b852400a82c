// The tiles of one extremum of two tensors.
#pragma once

#include "channelwise_graph.h"
#include "extremum.h"

template <class Config> struct extremum_layer {
  static constexpr unsigned operands = 2;
  static constexpr unsigned tables = 0;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<extremum<Config>>();
    adf::source(kernel) = "extremum.cpp";
  }
};

template <class Config> using extremum_graph = channelwise_graph<Config, extremum_layer<Config>>;
