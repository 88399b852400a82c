// The tiles of one table, which each tile has twice.
#pragma once

#include "channelwise_graph.h"
#include "table.h"

template <class Config> struct table_layer {
  static constexpr unsigned operands = 1;
  static constexpr unsigned tables = 2;
  static constexpr unsigned input_elements = Config::rows * Config::columns;
  static void create(adf::kernel& kernel) {
    kernel = adf::kernel::create_object<table<Config>>();
    adf::source(kernel) = "table.cpp";
  }
};

template <class Config> using table_graph = channelwise_graph<Config, table_layer<Config>>;
