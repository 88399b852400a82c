// Integer networks made in tests, and what a test maps them with.
#pragma once

#include "backends/common/kernel_sources.h"
#include "backends/common/map.h"
#include "ir/graph.h"
#include "ir/ops/requantize.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tilewright::testing {

// Every registry that mapping needs.
struct Registries {
  OpRegistry ops;
  LoweringRegistry lowerings;
  TargetRegistry targets;
  KernelSourceRegistry kernels;
  Registries();
  const Target& target(const std::string& name) const { return *targets.find(name); }
};

// One dense layer with a requantization behind it.
struct LayerSpec {
  std::int64_t outputs = 8;
  ElementType weights = ElementType::int8;
  std::optional<IntegerRange> weight_range; // absent: all that the element holds
  bool biased = true;
  bool requantized = true; // false: the accumulators are the result
  RequantizeAttributes requantize{.shift = 7};
  std::string name; // of the model's node; "/layers/<i>" if empty
};

struct NetworkSpec {
  std::int64_t rows = 8;
  std::int64_t inputs = 16;
  ElementType input = ElementType::int8;
  std::vector<LayerSpec> layers;
  unsigned seed = 1;
};

// Random weights over their whole range. The graph input is "x", the output "y".
Graph make_network(const Registries& registries, const NetworkSpec& spec);

// `widths` = inputs, then outputs of each layer; int8 throughout.
NetworkSpec mlp(std::int64_t rows, const std::vector<std::int64_t>& widths);

struct MapResult {
  std::optional<Design> design;
  Diagnostics diagnostics;
};
MapResult map(const Registries& registries, const Graph& graph, const std::string& target,
              const MapOptions& options = {});

} // namespace tilewright::testing
