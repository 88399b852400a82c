// The tiles of one pooling; the table holds the limits.
#pragma once

#include "channelwise_graph.h"
#include "max_pool.h"

template <class Config> struct max_pool_layer {
  static constexpr unsigned operands = 1;
  static constexpr unsigned tables = 1;
  static constexpr unsigned input_elements = Config::in_rows * Config::in_pitch * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<max_pool<Config>>();
    adf::source(kernel) = "max_pool.cpp";
  }
};

template <class Config> using max_pool_graph = channelwise_graph<Config, max_pool_layer<Config>>;
