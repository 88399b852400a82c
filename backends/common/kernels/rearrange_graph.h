// The tiles of one rearrangement; the table says where elements come from.
#pragma once

#include "channelwise_graph.h"
#include "rearrange.h"

template <class Config> struct rearrange_layer {
  static constexpr unsigned operands = 1;
  static constexpr unsigned tables = 1;
  static constexpr unsigned input_elements = Config::in_elements;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<rearrange<Config>>();
    adf::source(kernel) = "rearrange.cpp";
  }
};

template <class Config> using rearrange_graph = channelwise_graph<Config, rearrange_layer<Config>>;
