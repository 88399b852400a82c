// The tiles of one product of two tensors.
#pragma once

#include "channelwise_graph.h"
#include "product.h"

template <class Config> struct product_layer {
  static constexpr unsigned operands = 2;
  static constexpr unsigned tables = 1;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<product<Config>>();
    adf::source(kernel) = "product.cpp";
  }
};

template <class Config> using product_graph = channelwise_graph<Config, product_layer<Config>>;
