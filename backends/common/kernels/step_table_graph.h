// The tiles of one table of steps, which each tile has twice.
#pragma once

#include "channelwise_graph.h"
#include "step_table.h"

template <class Config> struct step_table_layer {
  static constexpr unsigned operands = 1;
  static constexpr unsigned tables = 2;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<step_table<Config>>();
    adf::source(kernel) = "step_table.cpp";
  }
};

template <class Config> using step_table_graph = channelwise_graph<Config, step_table_layer<Config>>;
