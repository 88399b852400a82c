// Integer networks with branches, built node by node; all values are matrices of int8 unless a requantization says
// otherwise.
#pragma once

#include "networks.h"

#include <random>

namespace tilewright::testing {

struct NetworkBuilder {
  NetworkBuilder(const Registries& registries, std::string name, unsigned seed);

  const Registries& registries;
  Graph graph;
  std::mt19937 random;

  ValueId input(std::string name, std::int64_t rows, std::int64_t features, ElementType element = ElementType::int8);
  ValueId requantize(const RequantizeAttributes& attributes, std::vector<ValueId> operands);
  // Random int8 weights; the accumulators.
  ValueId dense(ValueId x, std::int64_t outputs);
  // The same, requantized to int8.
  ValueId layer(ValueId x, std::int64_t outputs, int shift = 9);
  ValueId concat(std::int64_t axis, std::vector<ValueId> parts);
  // `count` indices of the last axis, from `first` on.
  ValueId columns(ValueId x, std::int64_t first, std::int64_t count);
  ValueId add(std::string_view op, Attributes attributes, std::vector<ValueId> operands);
  std::int64_t features(ValueId x) const { return graph.type(x).shape.back(); }
};

} // namespace tilewright::testing
